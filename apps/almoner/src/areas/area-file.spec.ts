import { describe, expect, it } from '@jest/globals';
import { readAreaFile, readCsv } from './area-file.js';

const head = 'code,parent,level,name_zh,name_en,time_zone,currency,valid_from,valid_until';

describe('a list of areas', () => {
  it('is read whatever the order of its columns, with quotes, line ends and a byte order mark', () => {
    const text = `\ufeffvalid_from,name_zh,level,parent,code\r\n2025-01-01,"甲,""乙""\n丙",county,430200,430299\r\n\r\n 2025-01-01 ,丁,county,430200,430298`;
    expect(readAreaFile(text)).toEqual([
      {
        ...{ line: 2, code: '430299', parent: '430200', level: 'county', nameZh: '甲,"乙"\n丙', nameEn: '' },
        ...{ timeZone: '', currency: '', validFrom: '2025-01-01', validUntil: '' },
      },
      expect.objectContaining({ line: 5, code: '430298', validFrom: '2025-01-01' }),
    ]);
  });

  it.each([
    ['', 'code, parent, level, name_zh, valid_from missing'],
    ['code,parent', 'level, name_zh, valid_from missing'],
    [`${head},colour\n`, "unknown column 'colour'"],
    [`${head}\n430299,"open`, 'line 2'],
    [`${head}\n"a"b,c`, 'line 2'],
  ])('%j is refused', (text, reason) => {
    expect(() => readAreaFile(text)).toThrow(reason);
  });

  it('has empty fields where nothing stands', () => {
    expect(readCsv('a,,c,\n')).toEqual([{ line: 1, fields: ['a', '', 'c', ''] }]);
    expect(readCsv('a,')).toEqual([{ line: 1, fields: ['a', ''] }]);
    expect(readCsv('a')).toEqual([{ line: 1, fields: ['a'] }]);
  });
});
