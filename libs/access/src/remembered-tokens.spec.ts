import { describe, expect, it } from '@jest/globals';
import { RememberedTokens } from './remembered-tokens.js';

describe('remembered tokens', () => {
  it('are known until they end', () => {
    let now = 0;
    const tokens = new RememberedTokens<string>(() => now);
    tokens.keep('a', 'Li', 1_000);
    expect(tokens.find('a')).toBe('Li');
    expect(tokens.find('b')).toBeUndefined();
    now = 999;
    expect(tokens.find('a')).toBe('Li');
    now = 1_000;
    expect(tokens.find('a')).toBeUndefined();
  });

  it('are forgotten with the keys that checked them', () => {
    const tokens = new RememberedTokens<string>(() => 0);
    tokens.keep('a', 'Li', 1_000, 'keys of Monday');
    expect(tokens.find('a', 'keys of Monday')).toBe('Li');
    expect(tokens.find('a', 'keys of Tuesday')).toBeUndefined();
    expect(tokens.find('a', 'keys of Monday')).toBeUndefined();
  });

  it('are no more than so many; the least recently used goes first', () => {
    const tokens = new RememberedTokens<string>(() => 0, 2);
    tokens.keep('a', 'A', 1_000);
    tokens.keep('b', 'B', 1_000);
    tokens.find('a');
    tokens.keep('c', 'C', 1_000);
    expect(['a', 'b', 'c'].map((token) => tokens.find(token))).toEqual(['A', undefined, 'C']);
  });
});
