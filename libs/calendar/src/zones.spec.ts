import { describe, expect, it } from '@jest/globals';
import { endOfDay, localDate, startOfDay } from './zones.js';

describe('dates in a time zone', () => {
  it('changes the date at midnight of the place', () => {
    expect(localDate('2025-09-30T15:59:59.999Z', 'Asia/Shanghai')).toBe('2025-09-30');
    expect(localDate('2025-09-30T16:00:00.000Z', 'Asia/Shanghai')).toBe('2025-10-01');
  });

  it('ends a day where the next begins', () => {
    expect(startOfDay('2025-10-09', 'Asia/Shanghai')).toBe('2025-10-08T16:00:00.000Z');
    expect(endOfDay('2025-10-09', 'Asia/Shanghai')).toBe('2025-10-09T16:00:00.000Z');
  });

  it('follows summer time, also where clocks skip midnight or a whole day', () => {
    expect(startOfDay('2025-03-30', 'Europe/Berlin')).toBe('2025-03-29T23:00:00.000Z');
    expect(endOfDay('2025-03-30', 'Europe/Berlin')).toBe('2025-03-30T22:00:00.000Z');
    expect(startOfDay('2024-03-10', 'America/Havana')).toBe('2024-03-10T05:00:00.000Z');
    expect(endOfDay('2011-12-29', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
    expect(endOfDay('2011-12-30', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
    expect(startOfDay('2025-01-01', 'Pacific/Kiritimati')).toBe('2024-12-31T10:00:00.000Z');
    expect(startOfDay('2025-01-01', 'Etc/GMT+12')).toBe('2025-01-01T12:00:00.000Z');
  });

  it('refuses what is no instant, no date and no zone', () => {
    for (const text of [
      '2025-02-30T00:00:00.000Z',
      '2025-01-01',
      '2025-01-01T24:30:00Z',
      '2025-01-01T00:00:00+08:00',
      '',
    ])
      expect(() => localDate(text, 'Asia/Shanghai')).toThrow(RangeError);
    expect(() => localDate('2025-01-01T00:00:00.000Z', 'Asia/Yanling')).toThrow(RangeError);
    expect(() => startOfDay('2025-02-30', 'Asia/Shanghai')).toThrow(RangeError);
  });
});
