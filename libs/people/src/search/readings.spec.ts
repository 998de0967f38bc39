import { describe, expect, it } from '@jest/globals';
import { readingsOf } from './readings.js';

const spoken = (name: string): string[] => readingsOf(name).map((reading) => reading.join(' '));

describe('readings of a name', () => {
  it.each([
    ['单示例', 'shan shi li'],
    ['仇示', 'qiu shi'],
    ['曾例', 'zeng li'],
    ['解示例', 'xie shi li'],
    ['缪例', 'miao li'],
    ['尉迟示例', 'yu chi shi li'],
    ['欧阳例', 'ou yang li'],
  ])('take the surname of %s as a surname', (name, expected) => expect(spoken(name)).toContain(expected));

  it('begin with the plausible one', () => expect(spoken('单示例')[0]).toBe('shan shi li'));

  it('are several where a character has several', () => {
    expect(spoken('示长乐')).toEqual(
      expect.arrayContaining(['shi chang le', 'shi zhang le', 'shi chang yue', 'shi zhang yue']),
    );
  });

  it('are no more than ten, however many characters are ambiguous', () => {
    expect(readingsOf('单行长乐重朝参解').length).toBeLessThanOrEqual(10);
  });

  it('write ü as it is typed and as passports have it', () => expect(spoken('吕示')).toEqual(['lv shi', 'lyu shi']));

  it.each(['', 'Made', '示𠀀', '示A'])('are none where something cannot be read: %j', (name) =>
    expect(readingsOf(name)).toEqual([]),
  );
});
