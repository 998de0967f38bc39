import { describe, expect, it } from '@jest/globals';
import { keysOf, nameForm, numberForm, phoneForm } from './search-keys.js';
import { bestMatch, readSearch, scores } from './search-text.js';

interface Someone {
  readonly name?: string;
  readonly otherName?: string;
  readonly phone?: string;
  readonly numbers?: readonly string[];
}

/** What of a person a text matches; undefined where it does not find them. */
function matched(text: string, { name, otherName, phone, numbers = [] }: Someone): string | undefined {
  const keys = keysOf({ name: name ?? null, otherName: otherName ?? null, phone: phone ?? null, numbers });
  return bestMatch(readSearch(text).ranges, keys)?.matched;
}

describe('a name in characters', () => {
  const person = { name: '示例甲' };
  it.each([
    ['示例甲', 'name'],
    [' 示 例 甲 ', 'name'],
    ['示例', 'name-start'],
    ['示', 'name-start'],
    ['例甲', 'name-part'],
    ['甲', undefined],
    ['示例假', 'sounds-like'],
    ['乙例甲', undefined],
    ['示例甲乙', undefined],
  ])('is found by %s as %s', (text, expected) => expect(matched(text, person)).toBe(expected));

  it('is found in the other script by its sound', () => expect(matched('張示', { name: '张示' })).toBe('sounds-like'));
  it('is the same with and without the dot between its parts', () => {
    for (const text of ['示例古丽·示例提', '示例古丽示例提', '示例古丽 • 示例提'])
      expect(matched(text, { name: '示例古丽·示例提' })).toBe('name');
    expect(matched('示例提', { name: '示例古丽·示例提' })).toBe('name-part');
  });
});

describe('pinyin', () => {
  const person = { name: '示例甲' };
  it.each([
    ['shilijia', 'pinyin'],
    ['shi li jia', 'pinyin'],
    ["Shi Li'jia", 'pinyin'],
    ['shì lì jiǎ', 'pinyin'],
    ['ＳＨＩＬＩＪＩＡ', 'pinyin'],
    ['shili', 'pinyin-start'],
    ['shi', 'pinyin-start'],
    ['shilij', 'pinyin-letters'],
    ['sh', 'pinyin-letters'],
    ['slj', 'initials'],
    ['sl', 'initials-start'],
    ['shi lj', 'syllables'],
    ['shilj', 'syllables'],
    ['s lijia', 'syllables'],
    ['lijia shi', 'syllables'],
    ['lijia', 'pinyin-part'],
    ['shan', undefined],
    ['jia', undefined],
    ['sxj', undefined],
  ])('%s finds 示例甲 as %s', (text, expected) => expect(matched(text, person)).toBe(expected));

  it.each([
    ['shanshi', '单示'],
    ['danshi', '单示'],
    ['qiushi', '仇示'],
    ['xieshi', '解示'],
    ['lüshi', '吕示'],
    ['lvshi', '吕示'],
    ['lu:shi', '吕示'],
    ['lǚ shì', '吕示'],
    ['LYU SHI', '吕示'],
    ['shile', '示乐'],
    ['shiyue', '示乐'],
    ['xi an', '西安'],
    ['xian', '西安'],
  ])('%s finds %s', (text, name) => expect(matched(text, { name })).toBe('pinyin'));

  it('puts a whole syllable before one that goes on', () => {
    expect(scores[matched('li', { name: '李示' }) as 'pinyin-start']).toBeGreaterThan(
      scores[matched('li', { name: '梁示' }) as 'pinyin-letters'],
    );
  });
});

describe('a name in letters', () => {
  const person = { name: '示例', otherName: 'Mädé-Up Møther' };
  it.each([
    ['made up møther', 'name'],
    ['MADE-UP MØTHER', 'name'],
    ['made', 'name-start'],
    ['møth', 'name-part'],
    ['up', 'name-part'],
    ['nobody', undefined],
  ])('%s', (text, expected) => expect(matched(text, person)).toBe(expected));
  it('is found with the given name first', () =>
    expect(matched('Jia Shili', { name: '乙', otherName: 'SHILI JIA' })).toBe('syllables'));
});

describe('numbers', () => {
  const person = { phone: '+86 191-0000-0001', numbers: ['430225-2025-000123'] };
  it.each([
    ['19100000001', 'phone'],
    ['+86 19100000001', 'phone'],
    ['１９１ ００００ ０００１', 'phone'],
    ['1910000', 'phone-start'],
    ['191000', undefined],
    ['430225-2025-000123', 'number'],
    ['4302252025000123', 'number'],
    ['430225–2025–123', 'number'],
    ['430225-2025', 'number-start'],
    ['430225', 'number-start'],
    ['430', undefined],
  ])('%s as %s', (text, expected) => expect(matched(text, person)).toBe(expected));

  it('of identity are read in both lengths and never become a key', () => {
    const modern = readSearch('190225196001010015');
    const old = readSearch('190225600101001');
    expect(old.identity).toBeDefined();
    expect(modern.identity === undefined || modern.identity === old.identity).toBe(true);
    expect(readSearch('１９０２２５ ６００１０１ ００１').identity).toBe(old.identity);
    expect(old.identity).toContain('resident-number');
    const digits = JSON.parse(old.identity ?? '[]') as string[];
    expect(readSearch(String(digits[1]).toLowerCase()).identity).toBe(old.identity);
  });

  it('that nobody can have are not looked for', () => {
    const digits = (JSON.parse(readSearch('190225600101001').identity ?? '[]') as string[])[1] ?? '';
    const wrong = digits.slice(0, 17) + (digits.endsWith('1') ? '2' : '1');
    expect(readSearch(wrong).identity).toBeUndefined();
  });
});

describe('texts that mean nothing', () => {
  it.each(['', ' ', '%', '_', "'", '\\', '·', '\u200b'])('%j finds nobody', (text) =>
    expect(readSearch(text)).toEqual({ ranges: [] }),
  );
});

describe('forms', () => {
  it('drop what cannot be seen, and no character that can', () => {
    expect(nameForm('\u200b示\u0000例\u00a0')).toBe('示例');
    expect(nameForm('示\u{20000}')).toBe('示\u{20000}');
    expect(nameForm('示\ue000')).toBe('示\ue000');
  });
  it('are as they were when they are formed again', () => {
    for (const text of ['示例·甲', 'Mädé-Up  Møther', 'ＡＢＣ']) expect(nameForm(nameForm(text))).toBe(nameForm(text));
    expect(phoneForm(phoneForm('+8619100000001'))).toBe('19100000001');
    expect(numberForm('430225-2025-000123')).toBe('4302252025000123');
  });
  it('keep the keys of a person few, whatever their name', () => {
    const keys = keysOf({ name: '单行长乐重朝参解'.repeat(5), otherName: 'a b '.repeat(50), phone: null, numbers: [] });
    expect(keys.length).toBeLessThan(90);
    expect(Math.max(...keys.map(({ length }) => length))).toBeLessThan(400);
  });
});
