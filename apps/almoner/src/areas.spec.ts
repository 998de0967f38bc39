import { describe, expect, it } from '@jest/globals';
import { parseAreasRequest } from './areas.js';
import { UsageError } from './command.js';

const from = ['--from', '2026-01-01'];

describe('the arguments of areas', () => {
  it.each([
    [['load', '--villages', '43'], { action: 'load', province: '43', file: undefined }],
    [
      ['load', '--villages', '43', '--file', 'v.csv', '--as-of', '2024-06-30', '--json'],
      { file: 'v.csv', asOf: '2024-06-30', json: true },
    ],
    [['import', 'own.csv'], { action: 'import', file: 'own.csv', json: false }],
    [['merge', '430225', '430224', ...from], { action: 'merge', code: '430225', into: '430224', from: '2026-01-01' }],
    [
      ['split', '430225100', '--into', '430225108=东区镇/East, 430225100', '--assign', '430225108=1,2', ...from],
      {
        code: '430225100',
        from: '2026-01-01',
        parts: [
          { code: '430225108', nameZh: '东区镇', nameEn: 'East', areas: ['1', '2'] },
          { code: '430225100', nameZh: undefined, areas: [] },
        ],
      },
    ],
    [
      ['split', '430225', '--into', '1,2', '--assign', '1=3', '--assign', '2=4', '--assign', '1=5', ...from],
      { parts: [{ areas: ['3', '5'] }, { areas: ['4'] }] },
    ],
    [['recode', '430225', '430212', ...from, '--zh', '炎陵区'], { to: '430212', nameZh: '炎陵区', nameEn: undefined }],
    [['rename', '430225', ...from, '--en', 'Yanling'], { action: 'rename', code: '430225', nameEn: 'Yanling' }],
  ])('%j are understood', (args, request) => {
    expect(parseAreasRequest(args)).toMatchObject(request);
  });

  it.each([
    [[], '<action> is missing'],
    [['divide'], "unknown word 'divide': one of load, import, merge, split, recode, rename"],
    [['split', '430225', ...from], '--into must be codes'],
    [['split', '430225', '--into', '430226', '--assign', '430227=1', ...from], '--assign must be a code of --into'],
    [['split', '430225', '--into', '430226', '--into', '430227', ...from], '--into is given twice'],
    [['load'], '--villages must be'],
    [['load', '--villages', '4302'], '--villages must be'],
    [['load', '--villages', '43', '--as-of', '2024-06-30'], '--as-of belongs to --file'],
    [['import'], '<file> is missing'],
    [['merge', '430225', ...from], '<into> is missing'],
    [['merge', '430225', '430224'], '--from must be a day'],
    [['merge', '430225', '430224', '--from', '2026-13-01'], '--from must be a day'],
    [['merge', '430225', '430224', ...from, '--zh', '甲'], '--zh does not belong to areas merge'],
  ])('%j are refused', (args, reason) => {
    expect(() => parseAreasRequest(args)).toThrow(UsageError);
    expect(() => parseAreasRequest(args)).toThrow(reason);
  });
});
