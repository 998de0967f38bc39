import { describe, expect, it } from '@jest/globals';
import { payDayOf, workingDayAfter, workingDayFrom } from './office-hours.js';

describe('office days', () => {
  it('know holidays and the weekend days that are worked instead', () => {
    expect(workingDayFrom('2025-10-01')).toBe('2025-10-09');
    expect(workingDayFrom('2025-10-11')).toBe('2025-10-11');
    expect(workingDayAfter('2025-09-30')).toBe('2025-10-09');
    expect(workingDayAfter('2025-10-10', 3)).toBe('2025-10-14');
  });

  it('pay from the 12th', () => {
    expect(payDayOf('2025-10')).toBe('2025-10-13');
    expect(payDayOf('2025-12')).toBe('2025-12-12');
  });
});
