import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findPack, findScheme, getScheme, packFor, packs, schemeIds, schemes, type Pack } from './index.js';
import { packAmong } from './pack.js';

const province = '430000';
const county = '430225';
const township = '430225101';

describe('schemes', () => {
  it('are found by id', () => {
    expect(schemeIds).toEqual(['dibao', 'disability-living', 'disability-nursing']);
    expect(schemes.map(({ unit }) => unit)).toEqual(['household', 'person', 'person']);
    expect(getScheme('dibao')).toBe(findScheme('dibao'));
    expect(findScheme('toString')).toBeUndefined();
    expect(() => getScheme('unknown')).toThrow(RangeError);
  });

  it('refuse the pack of another scheme', () => {
    const living = packFor([county], 'disability-living', '2025-09-01');
    if (!living) throw new Error('the example is missing');
    expect(() => getScheme('dibao').procedure(living)).toThrow(RangeError);
  });

  it('tell the procedure of the area', () => {
    const pack = packFor([county], 'dibao', '2025-09-01');
    if (!pack) throw new Error('the example is missing');
    expect(getScheme('dibao').procedure(pack)).toEqual({
      homeVisit: true,
      verificationReport: true,
      publicNoticeDays: 7,
    });
  });

  it('yield JSON that is the same after a round trip, whatever the income', () => {
    const [pack] = packs;
    if (!pack) throw new Error('the example is missing');
    const wages = fc.record({
      kind: fc.constant('wages' as const),
      amount: fc.integer({ min: -(10 ** 9), max: 10 ** 9 }),
      months: fc.integer({ min: 1, max: 24 }),
    });
    fc.assert(
      fc.property(fc.array(wages), (income) => {
        const assessment = getScheme('dibao').assess(
          {
            residence: 'rural',
            members: [{ personId: 'a', citation: { streamId: 'person-a', revision: '1' } }],
            income,
            appliedOn: '2025-09-01',
            decidedOn: '2025-09-30',
          },
          pack,
        );
        expect(JSON.parse(JSON.stringify(assessment))).toEqual(assessment);
        expect(Number.isSafeInteger(assessment.monthlyAmount)).toBe(true);
        for (const { value } of assessment.trace) expect(value).toMatch(/^(-?\d+(\/\d+)?|yes|no)$/);
      }),
      { seed: 9 },
    );
  });
});

describe('packs', () => {
  const line = (area: string, from: string, scheme = 'dibao'): Pack => ({
    ...(packs[0] as Pack),
    id: `${area}/${scheme}/${from}`,
    area,
    from,
    scheme,
  });
  const lines = [
    line(province, '2024-01-01'),
    line(county, '2025-07-01'),
    line(county, '2025-01-01'),
    line(county, '2025-01-01', 'other'),
  ];
  const at = (areaPath: string[], on: string) => packAmong(lines, areaPath, 'dibao', on)?.id;

  it('hold for the areas below, the nearest first', () => {
    expect(at([province, county, township], '2025-03-01')).toBe('430225/dibao/2025-01-01');
    expect(at([province, '430100'], '2025-03-01')).toBe('430000/dibao/2024-01-01');
    expect(at(['110000'], '2025-03-01')).toBeUndefined();
  });

  it('hold from their date until a later one', () => {
    expect(at([province, county], '2024-12-31')).toBe('430000/dibao/2024-01-01');
    expect(at([province, county], '2025-06-30')).toBe('430225/dibao/2025-01-01');
    expect(at([province, county], '2025-07-01')).toBe('430225/dibao/2025-07-01');
    expect(at([province, county], '2023-12-31')).toBeUndefined();
  });

  it('are those of the area that one took the place of, until it has its own, scheme by scheme', () => {
    const own = { ...packs[0], area: '430226', from: '2026-01-01', id: 'own' } as Pack;
    const at = (scheme: string, on: string) =>
      packAmong([...packs, own], [province, county, '430226', township], scheme, on);
    expect(at(own.scheme, '2025-12-31')).toBe(packs[0]);
    expect(at(own.scheme, '2026-01-01')?.id).toBe('own');
    expect(at('disability-living', '2026-01-01')?.area).toBe(county);
  });

  it('are found again as a decision cites them, one per id and version', () => {
    for (const pack of packs) expect(findPack(pack.id, pack.version)).toBe(pack);
    expect(findPack('430225/dibao/2025-01-01', '2')).toBeUndefined();
  });

  it('of the example are marked so and name a registered scheme', () => {
    expect(packs.every(({ example, area }) => example === (area === county))).toBe(true);
    expect(packs.map(({ scheme }) => scheme).every(findScheme)).toBe(true);
    expect(packFor([province, '430200', county, township], 'dibao', '2024-12-31')).toBeUndefined();
  });
});
