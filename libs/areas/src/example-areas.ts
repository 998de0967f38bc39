import type { Division } from './divisions.js';

/** A village of the example county that nobody lives in, to try the program with: real villages are loaded by command only. */
export const exampleVillage: Division = {
  code: '430225100201',
  parent: '430225100',
  level: 'village',
  nameZh: '示例村',
  nameEn: 'Example village',
  source: 'own',
};
