import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keysOf } from '../search/search-keys.js';
import { candidateKeys, candidateYears } from './candidate-keys.js';
import { likenessOf, type ComparedPerson } from './likeness.js';
import { readChinese } from './read-chinese.js';
import { LIKELY_DOUBLE, scoreDouble } from './score.js';

const indexed = (name: string, otherName: string | null = null) =>
  new Set(keysOf({ name, otherName, phone: null, numbers: [] }));
const leads = (from: readonly string[], to: ReadonlySet<string>): boolean =>
  candidateKeys(from).some((key) => to.has(key));

describe('candidate keys', () => {
  it.each([
    ['示例甲', '示例甲'],
    ['示例甲', '事例甲'],
    ['示例甲', '四历甲'],
    ['示例甲', 'Shi Lijia'],
    ['黄惠', '方飞'],
    ['牛婷', '刘廷'],
    ['吕新', 'Lü Xin'],
    ['吕新', 'Lyu Xing'],
    ['阿依古丽·买买提', '阿依古丽买买提'],
    ['Ayigul Memet', 'AYIGUL  MEMET'],
    ['单新', '单兴'],
  ])('lead from %s to %s and back', (one, other) => {
    expect(leads([one], indexed(other))).toBe(true);
    expect(leads([other], indexed(one))).toBe(true);
  });

  it.each([
    ['示例甲', '示例乙'],
    ['王芳', '张芳'],
    ['李娜', '林娜'],
  ])('do not lead from %s to %s', (one, other) => expect(leads([one], indexed(other))).toBe(false));

  it('lead by the name in the other script', () => {
    expect(leads(['阿依古丽·买买提', 'Aygul Memet'], indexed('Aygul Memet'))).toBe(true);
    expect(leads(['Aygul Memet'], indexed('阿依古丽·买买提', 'Aygul Memet'))).toBe(true);
  });

  it('are few, whatever the name', () => {
    expect(candidateKeys(['单行长乐重朝参解'.repeat(5), 'a b '.repeat(50)]).length).toBeLessThanOrEqual(250);
    expect(candidateKeys(['', '·'])).toEqual([]);
  });

  const characters = [...'李刘牛张章佳嘉婷廷新兴西南兰安惠飞黄单曾沈解'];
  const chinese = fc.array(fc.constantFrom(...characters), { minLength: 2, maxLength: 3 }).map((each) => each.join(''));
  const names = fc.oneof(
    chinese,
    chinese.map((name) => readChinese(name).join(' ')),
  );
  const persons = fc.record({
    name: names,
    document: fc.constant({ kind: 'none' } as const),
    birthDate: fc.constantFrom('1980-01-02', '1980-02-01', '1981-01-02', '1990-01-02', '1908-01-02'),
    phone: fc.constantFrom('15400000001', '15400000002'),
  });

  it('lead from each of two likely doubles to the other, and their years do', () => {
    let likely = 0;
    const likeness = (person: ComparedPerson) => likenessOf(person, readChinese);
    fc.assert(
      fc.property(persons, persons, fc.boolean(), (a, other, written) => {
        const b = written ? { ...other, name: readChinese(a.name).join('') } : other;
        if (scoreDouble(likeness(a), likeness(b)).score < LIKELY_DOUBLE) return;
        likely++;
        expect([a.name, b.name, leads([a.name], indexed(b.name))]).toEqual([a.name, b.name, true]);
        expect(candidateYears(Number(a.birthDate.slice(0, 4)))).toContain(Number(b.birthDate.slice(0, 4)));
      }),
      { numRuns: 4_000, seed: 5 },
    );
    expect(likely).toBeGreaterThan(300);
  });
});

describe('candidate years', () => {
  it('are the same one first, then those one slip apart; any where it is unknown', () => {
    expect(candidateYears(1980).slice(0, 1)).toEqual([1980]);
    expect(candidateYears(1980)).toEqual(expect.arrayContaining([1981, 1990, 1890, 1908]));
    expect(candidateYears(1980)).not.toContain(1991);
    expect(candidateYears(undefined)).toEqual([]);
  });
});
