import { describe, expect, it } from '@jest/globals';
import { abbreviationOf, divisionsOf } from './syllables.js';

const ways = (letters: string, open = false) => divisionsOf(letters, { open }).map((each) => each.join(' '));

describe('letters as syllables', () => {
  it.each([
    ['shilijia', ['shi li jia']],
    ['lvshi', ['lv shi']],
    ['xian', ['xian', 'xi an']],
    ['fangan', ['fan gan', 'fang an']],
    ['xyz', []],
    ['', []],
  ])('%s', (letters, expected) => expect(ways(letters)).toEqual(expect.arrayContaining(expected)));

  it('prefer few and whole ones', () => {
    expect(ways('xian')[0]).toBe('xian');
    expect(ways('xian', true).slice(0, 2)).toEqual(['xian', 'xi an']);
  });

  it('may end in one that has only begun', () => {
    expect(ways('shilij', true)).toContain('shi li j');
    expect(ways('shilij')).toEqual([]);
  });

  it('come to an end for any text', () => {
    expect(ways('a'.repeat(60), true).length).toBeLessThanOrEqual(5);
    expect(ways('a'.repeat(1_000), true)).toEqual([]);
  });

  it.each([
    ['shilj', 'shi l j'],
    ['slj', 's l j'],
    ['sli', 's li'],
  ])('%s with initials is %s', (letters, expected) => expect(abbreviationOf(letters).join(' ')).toBe(expected));
});
