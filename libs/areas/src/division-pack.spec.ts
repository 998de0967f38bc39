import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DatedTree, faultsOf } from './dated-tree.js';
import { openPack, packDivisions, readDivisions, writeDivisions } from './division-pack.js';
import { planDivisions } from './divisions.js';
import { chinaDivisions } from './packs/cn.js';

const list = openPack(chinaDivisions);

describe('the division codes of the program', () => {
  it('are what their digest says, and a sound tree', () => {
    expect(list.divisions).toHaveLength(44_700);
    const { begun } = planDivisions(new DatedTree([]), list);
    expect(begun).toHaveLength(list.divisions.length);
    const tree = new DatedTree(begun);
    expect(faultsOf(tree)).toEqual([]);
    expect(tree.childrenOf(null, '2023-06-30')).toHaveLength(31);
    expect(tree.area('430225100', '2023-06-30')).toMatchObject({
      nameZh: '霞阳镇',
      path: '430000.430200.430225.430225100',
    });
    expect(tree.area('441900003', '2023-06-30')?.path).toBe('440000.441900.441900003');
    expect(tree.area('659001', '2023-06-30')?.path).toBe('650000.659000.659001');
  });

  it('are refused when they are damaged', () => {
    expect(() => openPack({ ...chinaDivisions, digest: '0'.repeat(64) })).toThrow('damaged');
  });
});

describe('the text of division codes', () => {
  it('is steps and names, a part for each level', () => {
    const text = writeDivisions([
      { code: '430000', level: 'province', nameZh: '湖南省' },
      { code: '430200', level: 'city', nameZh: '株洲市' },
      { code: '430224', level: 'county', nameZh: '茶陵县' },
      { code: '430225', level: 'county', nameZh: '炎陵县' },
    ]);
    expect(text).toBe('43 湖南省\n\n4302 株洲市\n\n430224 茶陵县\n1 炎陵县\n\n\n\n');
    expect(readDivisions(text).map(({ code, parent }) => [code, parent])).toEqual([
      ['430000', null],
      ['430200', '430000'],
      ['430224', '430200'],
      ['430225', '430200'],
    ]);
    expect(() => readDivisions('43湖南省')).toThrow('not a division');
  });

  it('comes back as it was', () => {
    const provinces = fc.uniqueArray(fc.integer({ min: 11, max: 65 }), { minLength: 1, maxLength: 5 });
    const name = fc.string({
      minLength: 1,
      maxLength: 8,
      unit: fc.constantFrom('县', '镇', '乡', 'A', '1', ' ', '（'),
    });
    fc.assert(
      fc.property(
        provinces,
        fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 20 }),
        name,
        (heads, ends, nameZh) => {
          const [first = 0] = heads;
          const divisions = [
            ...heads.map((head) => ({ code: `${head}0000`, parent: null, level: 'province' as const })),
            { code: `${first}0101`, parent: `${first}0000`, level: 'county' as const },
            ...[...new Set(ends)].map((end) => ({
              code: `${first}0101${String(end).padStart(3, '0')}`,
              parent: `${first}0101`,
              level: 'township' as const,
            })),
          ].map((division) => ({ ...division, nameZh, nameEn: null }));
          const byCode = <T extends { readonly code: string }>(all: readonly T[]) =>
            [...all].sort((one, other) => (one.code < other.code ? -1 : 1));
          const packed = packDivisions(divisions, { source: '', asOf: '2023-06-30' });
          expect(byCode(openPack(packed).divisions)).toEqual(byCode(divisions));
        },
      ),
      { numRuns: 100, seed: 5 },
    );
  });
});
