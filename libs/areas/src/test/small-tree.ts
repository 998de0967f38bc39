import { BEGINNING, type AreaLevel, type AreaVersion } from '../area.js';
import { DatedTree } from '../dated-tree.js';

/** A version with what does not matter filled in. */
export const version = (
  code: string,
  parent: string | null,
  level: AreaLevel,
  more: Partial<AreaVersion> = {},
): AreaVersion => ({
  ...{ code, parent, level, nameZh: `区${code}`, nameEn: null, timeZone: 'Asia/Shanghai', currency: 'CNY' },
  ...{ validFrom: BEGINNING, validUntil: null, successor: null, origin: null, source: 'pack' as const },
  ...more,
});

/** A province, two cities of two counties each, two townships in each county. */
export const smallVersions: readonly AreaVersion[] = [
  version('430000', null, 'province'),
  ...['430100', '430200'].map((code) => version(code, '430000', 'city')),
  ...['430101', '430102', '430201', '430202'].flatMap((code) => [
    version(code, `${code.slice(0, 4)}00`, 'county'),
    ...['100', '101'].map((end) => version(code + end, code, 'township')),
  ]),
];

export const smallTree = (): DatedTree => new DatedTree(smallVersions);
