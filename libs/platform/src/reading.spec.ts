import { describe, expect, it } from '@jest/globals';
import { commandIdOf, parseIdempotencyKey, parseIfMatch } from './command-headers.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { parseKnown, parseWaitFor } from './known.js';
import { preferredLanguage } from './language.js';
import { ProblemCatalogue } from './problem-catalogue.js';

describe('Accept-Language', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-GB,zh;q=0.9', 'en'],
    ['en;q=0.2, zh-Hans-CN;q=0.7', 'zh'],
    ['fr, zh;q=0.1', 'zh'],
    ['fr', 'en'],
    ['*', 'en'],
    ['en;q=0, *', 'zh'],
    ['zh;q=0', 'en'],
    ['zh, en', 'zh'],
    ['en, zh', 'en'],
    ['zh;q=nonsense', 'en'],
  ] as const)('%s is answered in %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });
});

describe('command headers', () => {
  it('make one id per subject, method, path and key', () => {
    const id = commandIdOf('s', 'POST', '/cases', 'k');
    expect(id).toBe(commandIdOf('s', 'POST', '/cases', 'k'));
    expect(id).not.toBe(commandIdOf('s', 'POST', '/cases', 'k2'));
    expect(commandIdOf('a', 'b', 'c', 'd')).not.toBe(commandIdOf('ab', '', 'c', 'd'));
  });

  it('keep command ids for ever', () => {
    expect(commandIdOf('s', 'POST', '/cases', 'k')).toBe('cb18235e-e080-5998-b14a-29623a02460b');
  });

  it('refuse what is missing or malformed', () => {
    expect(parseIdempotencyKey('k'.repeat(255))).toHaveLength(255);
    for (const key of [undefined, '', 'a b', 'é', 'k'.repeat(256)])
      expect(() => parseIdempotencyKey(key)).toThrow('IDEMPOTENCY_KEY_REQUIRED');
    expect(parseIfMatch('"12"')).toBe(12n);
    expect(() => parseIfMatch(undefined)).toThrow('IF_MATCH_REQUIRED');
    for (const tag of ['*', '12', 'W/"1"', '"01"', '"1","2"', '"9999999999999999999"'])
      expect(() => parseIfMatch(tag)).toThrow('IF_MATCH_MALFORMED');
  });
});

describe('parameters of reads', () => {
  it('are optional', () => {
    expect(parseKnown({})).toBeUndefined();
    expect(parseWaitFor(undefined)).toBeUndefined();
  });

  it('name a time or a position', () => {
    expect(parseKnown({ known: '2025-09-01T08:00:00.5Z' })).toEqual({
      kind: 'instant',
      at: '2025-09-01T08:00:00.500Z',
    });
    expect(parseKnown({ known: '2025-09-01' })).toEqual({ kind: 'date', date: '2025-09-01' });
    expect(parseKnown({ known: 'position:7' })).toEqual({ kind: 'position', position: '7' });
    expect(() => parseKnown({ known: ['2025-09-01', '2025-09-02'] })).toThrow();
    expect(() => parseWaitFor({ waitFor: 'a b' })).toThrow();
  });

  it('take a cursor that carries more than the sort key only where it may', () => {
    const cursor = encodeCursor(['7', '12']);
    expect(decodeCursor(cursor, 1, 2)).toEqual(['7', '12']);
    expect(decodeCursor(encodeCursor(['7']), 1, 2)).toEqual(['7']);
    expect(() => decodeCursor(cursor, 1)).toThrow('VALIDATION_FAILED');
    expect(() => decodeCursor(encodeCursor(['7', '12', '1']), 1, 2)).toThrow('VALIDATION_FAILED');
  });

  it('page with cursors that only pages give out', () => {
    expect(decodeCursor(encodeCursor(['9007199254740993', 7]), 2)).toEqual(['9007199254740993', '7']);
    expect(decodeCursor(undefined, 2)).toBeUndefined();
    for (const cursor of [
      '',
      'x',
      encodeCursor(['2025']),
      encodeCursor(['a\0', 1]),
      encodeCursor(['a', 1]),
      encodeCursor([-1, 1]),
      Buffer.from('[{},1]').toString('base64url'),
    ])
      expect(() => decodeCursor(cursor, 2)).toThrow('VALIDATION_FAILED');
  });
});

describe('the catalogue of problems', () => {
  const texts = { X: { status: 409, en: 'Ends on {endsOn}, not {other}.', zh: '{endsOn}' } };

  it('fills in details and leaves the rest', () => {
    const catalogue = new ProblemCatalogue().add(texts);
    expect(catalogue.textOf('X', 'en', { endsOn: '2025-09-08' })).toBe('Ends on 2025-09-08, not {other}.');
    expect(catalogue.statusOf('X')).toBe(409);
    expect(catalogue.textOf('Y', 'zh')).toBe('Y');
  });

  it('says values in Chinese where there is a word', () => {
    const catalogue = new ProblemCatalogue()
      .add({ STATE: { status: 409, en: 'It is {state}.', zh: '状态：{state}。' } })
      .addWords({ state: { sent: '已发送' } });
    expect(catalogue.textOf('STATE', 'en', { state: 'sent' })).toBe('It is sent.');
    expect(catalogue.textOf('STATE', 'zh', { state: 'sent' })).toBe('状态：已发送。');
    expect(catalogue.textOf('STATE', 'zh', { state: 'sent, other' })).toBe('状态：已发送，other。');
  });

  it('has one meaning per code', () => {
    const catalogue = new ProblemCatalogue().add(texts).add(texts);
    expect(() => catalogue.add({ X: { status: 409, en: 'Else.', zh: '其他' } })).toThrow('X has two meanings');
  });
});
