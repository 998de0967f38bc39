import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../command.js';
import { parseImportRequest } from './request.js';

const id = '6a1f9d1e-5b0c-4e37-9a6b-0d3f5c1e7a42';

describe('the arguments of import', () => {
  it.each([
    [['households', 'a.xlsx'], { action: 'households', file: 'a.xlsx', area: undefined, dryRun: false, json: false }],
    [
      ['households', 'a.csv', '--area', '430225', '--sheet', '表', '--dry-run', '--report', 'bad.csv'],
      { area: '430225', sheet: '表', dryRun: true, report: 'bad.csv' },
    ],
    [['households', 'a.csv', '--resume', id, '--json'], { resume: id, json: true }],
    [['template', 'a.xlsx', '--lang', 'zh'], { action: 'template', file: 'a.xlsx', language: 'zh' }],
    [['template', 'A.CSV'], { language: undefined }],
    [['list'], { action: 'list' }],
    [['forget', id], { action: 'forget', id }],
  ])('%j are understood', (args, request) => {
    expect(parseImportRequest(args)).toMatchObject(request);
  });

  it.each([
    [[], '<action> is missing'],
    [['persons'], "unknown word 'persons': one of households, template, list, forget"],
    [['households'], '<file> is missing'],
    [['households', 'a.csv', '--area', '43'], '--area must be the code'],
    [['households', 'a.csv', '--lang', 'zh'], '--lang does not belong to import households'],
    [['households', 'a.csv', '--resume', id, '--area', '430225'], '--resume goes on as it was begun'],
    [['households', 'a.csv', '--resume', '7'], '--resume must be the id'],
    [['template', 'a.xls'], 'must end in .xlsx or .csv'],
    [['template', 'a.csv', '--lang', 'fr'], '--lang must be en or zh'],
    [['forget', 'x'], '<id> must be the id'],
  ])('%j are refused', (args, reason) => {
    expect(() => parseImportRequest(args)).toThrow(UsageError);
    expect(() => parseImportRequest(args)).toThrow(reason);
  });
});
