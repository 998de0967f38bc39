import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalBytes, canonicalJson, NotCanonical } from './canonical-json.js';

const vectors = join(process.env['REFERENCE_DATA'] ?? '../shared', 'vectors/jcs');
const published = existsSync(vectors);

describe('canonical JSON', () => {
  it.each([
    ['an object without members', {}, '{}'],
    ['a list', [3, 'a', null, true, false, []], '[3,"a",null,true,false,[]]'],
    [
      'keys in the order of UTF-16 code units',
      { '\ufb33': 1, '😂': 2, b: 3, a: 4, B: 5 },
      '{"B":5,"a":4,"b":3,"😂":2,"\ufb33":1}',
    ],
    ['keys that look like numbers', { 10: 'b', 9: 'c', 1: 'a' }, '{"1":"a","10":"b","9":"c"}'],
    ['letters of all scripts as they are', { 名: '低保' }, '{"名":"低保"}'],
    ['control characters by their short names', '\b\t\n\f\r"\\\u0007', '"\\b\\t\\n\\f\\r\\"\\\\\\u0007"'],
    ['text that is not normalised, as it is', 'A\u030a', '"A\u030a"'],
    ['the largest integers', [9007199254740991, -9007199254740991], '[9007199254740991,-9007199254740991]'],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
  ])('writes %s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
    expect(canonicalBytes(value)).toEqual(Buffer.from(text, 'utf8'));
  });

  it('leaves out members that are undefined', () => expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}'));

  it('comes out the same for every order of keys, and reads back as it was', () => {
    const tree = fc.jsonValue({ stringUnit: 'binary' }).filter(isLogValue);
    fc.assert(
      fc.property(tree, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
      { seed: 20250901 },
    );
  });

  it.each([
    ['a fraction', { amount: 0.5 }, '/amount'],
    ['minus zero', [-0], '/0'],
    ['NaN', { a: [1, NaN] }, '/a/1'],
    ['Infinity', Infinity, ''],
    ['an integer over 2^53', { a: { b: 9007199254740992 } }, '/a/b'],
    ['a lone high surrogate', ['\ud83d'], '/0'],
    ['a lone low surrogate in a name', { '\ude02': 1 }, ''],
    ['surrogates in the wrong order', '\ude02\ud83d', ''],
    ['undefined in a list', [undefined], '/0'],
    ['a date', { at: new Date(0) }, '/at'],
    ['a bigint', { revision: 1n }, '/revision'],
    ['a function', { f: () => 1 }, '/f'],
    ['a map', new Map(), ''],
  ])('refuses %s and names the place', (_, value, pointer) => {
    const write = () => canonicalJson(value);
    expect(write).toThrow(NotCanonical);
    expect(write).toThrow(expect.objectContaining({ pointer }));
  });

  it('names a place whose key has a slash or a tilde by RFC 6901', () =>
    expect(() => canonicalJson({ 'a/b~c': 0.5 })).toThrow(expect.objectContaining({ pointer: '/a~1b~0c' })));
});

describe('the published vectors of RFC 8785', () => {
  if (!published) {
    it.skip(`are left out: there is no folder ${vectors} (set REFERENCE_DATA)`, () => undefined);
    return;
  }
  const withFloats = ['values.json'];
  const names = readdirSync(join(vectors, 'input')).filter((name) => !withFloats.includes(name));

  it.each(names)('are met by %s', (name) => {
    const input: unknown = JSON.parse(readFileSync(join(vectors, 'input', name), 'utf8'));
    expect(canonicalBytes(input)).toEqual(readFileSync(join(vectors, 'output', name)));
  });

  it.each(withFloats)('hold floats in %s, which no event may', (name) => {
    const input: unknown = JSON.parse(readFileSync(join(vectors, 'input', name), 'utf8'));
    expect(() => canonicalJson(input)).toThrow(NotCanonical);
  });

  interface Refused {
    readonly name: string;
    readonly text?: string;
  }
  const { cases } = JSON.parse(readFileSync(join(vectors, 'refuse.json'), 'utf8')) as { cases: Refused[] };
  // Values reach the writer parsed; names given twice and broken UTF-8 are for the reader to refuse.
  const forReaders = (one: Refused) => one.text === undefined || one.name.startsWith('duplicate');
  const notJson: Readonly<Record<string, unknown>> = { '[NaN]': [NaN], '[Infinity]': [Infinity] };

  it.each(cases.filter((one) => !forReaders(one)).map(({ name, text = '' }) => [name, text] as const))(
    'refuse %s',
    (_, text) => expect(() => canonicalJson(notJson[text] ?? JSON.parse(text))).toThrow(NotCanonical),
  );
});

function isLogValue(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(isLogValue);
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
