import { describe, expect, it } from '@jest/globals';
import { inScope, whereInScope } from './area-scope.js';

describe('the condition of a scope', () => {
  const split = [
    { path: '43.4302', alone: true },
    { path: '43.4301', alone: false },
  ];

  it('compares each path, and what is below unless it stands alone', () => {
    expect(whereInScope('c.area_path', '43')).toEqual([
      '(c.area_path = :area0 or c.area_path like :area1)',
      { area0: '43', area1: '43.%' },
    ]);
    expect(whereInScope('p', split)).toEqual([
      '(p = :area0 or p = :area1 or p like :area2)',
      { area0: '43.4302', area1: '43.4301', area2: '43.4301.%' },
    ]);
  });

  it('numbers its parameters after those that are there', () => {
    const values = ['dibao'];
    expect(inScope('p', split, (value) => `$${values.push(value)}`)).toBe('(p = $2 or p = $3 or p like $4)');
    expect(values).toEqual(['dibao', '43.4302', '43.4301', '43.4301.%']);
  });

  it('holds nowhere for no path', () => {
    expect(whereInScope('p', [])).toEqual(['false', {}]);
  });
});
