import { describe, expect, it } from '@jest/globals';
import { parseTokenRequest } from './token.js';

describe('token arguments', () => {
  it('need a role only', () => {
    expect(parseTokenRequest(['inspector'])).toEqual({ role: 'inspector' });
  });

  it('take area and name in any order', () => {
    expect(parseTokenRequest(['--as', 'finance-2', 'finance', '--area', '430225100'])).toEqual({
      role: 'finance',
      area: '430225100',
      name: 'finance-2',
    });
  });

  it.each([
    [[], '<role> is missing'],
    [['finance', 'again'], "unexpected argument 'again'"],
    [['finance', '--colour', 'red'], "unknown option '--colour'"],
    [['finance', '--area'], "option '--area <value>' argument missing"],
    [['finance', '--as', 'a', '--as', 'b'], 'option --as is given twice'],
    [['finance', '--area', 'county'], '--area must be an area code of 6, 9 or 12 digits'],
    [['finance', '--as', ' '], '--as must be a name'],
  ])('%j is refused in one line', (args, line) => {
    expect(() => parseTokenRequest(args)).toThrow(line);
  });
});
