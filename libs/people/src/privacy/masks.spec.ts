import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ROLES, type Role } from '#libs/access';
import { fieldKinds, masks, showingOf, shown } from './masks.js';

const roles = Object.keys(ROLES) as Role[];

describe('a masked field', () => {
  it.each([
    ['name', '张示例', '张*'],
    ['name', '欧阳示例', '欧阳*'],
    ['name', '欧阳', '欧*'],
    ['name', '示例·买买提', '示*'],
    ['name', 'Example B', 'E*'],
    ['id-number', '197525198001010010', '1975**********0010'],
    ['id-number', 'L898902C3', '***'],
    ['phone', '13800005678', '138****5678'],
    ['phone', '0731-55', '***'],
    ['account', '6200000000005678', '****5678'],
    ['account', '5678', '***'],
    ['address', '示例路 7 号', '***'],
    ['birth-date', '1980-01-01', '1980-**-**'],
    ['particulars', 'female', '***'],
    ['health', 'hearing-speech 1', '***'],
    ['means', '108000', '***'],
  ] as const)('%s: %s is shown as %s', (kind, value, masked) => {
    expect(shown('masked', kind, value)).toBe(masked);
    expect(shown('full', kind, value)).toBe(value);
    expect(shown('hidden', kind, value)).toBeUndefined();
  });

  it('of a number never shows more than eight of its characters, nor a whole one', () => {
    fc.assert(
      fc.property(fc.constantFrom('id-number', 'phone', 'account'), fc.stringMatching(/^\d{1,24}$/), (kind, number) => {
        const masked = masks[kind](number);
        expect(masked).not.toBe(number);
        expect(masked.replaceAll('*', '').length).toBeLessThanOrEqual(Math.min(8, number.length - 1));
      }),
    );
  });
});

describe('what a role is shown', () => {
  it('is never more of a child than of a grown-up, and as much only for those who handle the case', () => {
    const rank = { hidden: 0, masked: 1, full: 2 };
    const handlers = ['township-officer', 'investigator', 'county-reviewer', 'county-payment-officer'];
    for (const role of roles)
      for (const kind of fieldKinds) {
        const [grown, child] = [false, true].map((under14) => rank[showingOf(role, kind, { under14 })]);
        expect({ role, kind, child }).toEqual({
          role,
          kind,
          child: handlers.includes(role) ? grown : Math.max(0, Number(grown) - 1),
        });
      }
  });

  it('is no birth date in full beside a number that is masked, which has it in its middle', () => {
    for (const role of roles)
      for (const under14 of [false, true]) {
        const [number, born] = (['id-number', 'birth-date'] as const).map((kind) => showingOf(role, kind, { under14 }));
        expect({ role, number, full: born === 'full' }).toEqual({ role, number, full: number === 'full' });
      }
    expect(showingOf('village-helper', 'birth-date', { under14: false })).toBe('masked');
    expect(showingOf('investigator', 'birth-date', { under14: true })).toBe('masked');
  });

  it('is nothing of the means and the health for the village, and no person at all for reports', () => {
    expect(showingOf('village-helper', 'means', { under14: false })).toBe('hidden');
    expect(showingOf('village-helper', 'health', { under14: false })).toBe('hidden');
    for (const kind of fieldKinds) expect(showingOf('reporting', kind, { under14: false })).toBe('hidden');
  });
});
