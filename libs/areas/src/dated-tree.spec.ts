import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '#libs/calendar';
import { AREA_LEVELS, type AreaVersion } from './area.js';
import type { AreaScope } from './area-scope.js';
import { changedTree, mergeArea, recodeArea, renameArea } from './changes.js';
import { DatedTree, faultsOf } from './dated-tree.js';
import { planDivisions } from './divisions.js';
import { AreaRefusal, type AreaChange } from './draft.js';
import { planOwnAreas, type AreaRow } from './own-areas.js';
import { splitArea, type AreaPart } from './split.js';
import { smallTree, smallVersions, version } from './test/small-tree.js';

const holds = (scope: AreaScope, path: string): boolean =>
  (typeof scope === 'string' ? [{ path: scope, alone: false }] : scope).some(
    (each) => each.path === path || (!each.alone && path.startsWith(`${each.path}.`)),
  );

/** What somebody might do to a tree. Codes are drawn from those that are or might come to be there. */
const codes = [...smallVersions.map(({ code }) => code), '430103', '430203', '430300', '430103100', '430301'];
const code = fc.constantFrom(...codes);
const county = fc.constantFrom('430101', '430102', '430103', '430201', '430202', '430203', '430301');
const day = fc.integer({ min: -400, max: 400 }).map((days) => addDays('2024-01-01', days));
const row: fc.Arbitrary<AreaRow> = fc.record({
  line: fc.integer({ min: 2, max: 99 }),
  code,
  parent: fc.oneof(code, fc.constant('')),
  level: fc.constantFrom(...AREA_LEVELS),
  nameZh: fc.constantFrom('甲', '乙'),
  nameEn: fc.constant(''),
  timeZone: fc.constant(''),
  currency: fc.constant(''),
  validFrom: day,
  validUntil: fc.oneof(day, fc.constant('')),
});
const deed: fc.Arbitrary<(tree: DatedTree) => AreaChange> = fc.oneof(
  fc.record({ code, into: code, from: day }).map((what) => (tree: DatedTree) => mergeArea(tree, what)),
  fc
    .record({ divided: county, into: fc.uniqueArray(county, { minLength: 1, maxLength: 3 }), from: day })
    .map(({ divided, into, from }) => (tree: DatedTree) => {
      const below = tree.childrenOf(divided, from).map((each) => each.code);
      const parts = into.map((each, index) => ({
        code: each,
        ...(tree.versionsOf(each).length === 0 && { nameZh: '丙' }),
        areas: below.filter((_, at) => at % into.length === index),
      }));
      return splitArea(tree, { code: divided, from, parts });
    }),
  fc.record({ code, to: code, from: day }).map((what) => (tree: DatedTree) => recodeArea(tree, what)),
  fc
    .record({ code, from: day, nameZh: fc.constantFrom('甲', '乙') })
    .map((what) => (tree: DatedTree) => renameArea(tree, what)),
  fc.array(row, { minLength: 1, maxLength: 6 }).map((rows) => (tree: DatedTree) => planOwnAreas(tree, rows).change),
  fc.record({ asOf: day, kept: fc.subarray([...smallVersions]) }).map(({ asOf, kept }) => (tree: DatedTree) => {
    const list = { asOf, timeZone: 'Asia/Shanghai', currency: 'CNY', covers: () => true, divisions: kept };
    return planDivisions(tree, list);
  }),
);

function done(tree: DatedTree, plan: (tree: DatedTree) => AreaChange): DatedTree {
  try {
    return changedTree(tree, plan(tree));
  } catch (error) {
    if (error instanceof AreaRefusal) return tree;
    throw error;
  }
}

const borders = (tree: DatedTree): string[] => [
  ...new Set([...tree.all()].flatMap(({ validFrom, validUntil }) => [validFrom, validUntil ?? validFrom])),
];

describe('a tree, whatever was done to it', () => {
  it('hangs together on every day: no area without one above it, no area above itself, one version at a time', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 12 }), (deeds) => {
        const tree = deeds.reduce(done, smallTree());
        expect(faultsOf(tree)).toEqual([]);
        for (const date of borders(tree)) {
          for (const each of new Set([...tree.all()].map((area) => area.code))) {
            const now = tree.on(each, date);
            if (!now) continue;
            const path = tree.area(each, date)?.path.split('.') ?? [];
            expect(tree.on(path[0] ?? '', date)?.level).toBe('province');
            expect(new Set(path).size).toBe(path.length);
            expect(
              tree.versionsOf(each).filter((held) => held.validFrom <= date && (held.validUntil ?? '9') >= date),
            ).toEqual([now]);
            expect(tree.pathOf(each, date)).toEqual(path);
            const line = tree.lineageOf(each, date);
            expect([line.filter((above) => path.includes(above)), new Set(line).size]).toEqual([path, line.length]);
          }
        }
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it('finds what was recorded under any path exactly where it lies now', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(deed, fc.nat(60)), { maxLength: 10 }), (deeds) => {
        let tree = smallTree();
        let today = '2023-12-01';
        const recorded = new Set<string>();
        const record = () => {
          for (const each of codes) if (tree.asOf(each, today)) recorded.add(tree.pathOf(each, today).join('.'));
        };
        record();
        for (const [plan, days] of deeds) {
          tree = done(tree, plan);
          today = addDays(today, days);
          record();
        }
        recorded.delete('');
        for (const area of codes) {
          if (!tree.asOf(area, today)) continue;
          const scope = tree.scopeOf(area, today);
          const within = new Set(tree.within(area, today));
          for (const path of recorded) {
            const leaf = path.split('.').at(-1) ?? '';
            const lies = tree.isWithin(leaf, area, today);
            expect([area, path, holds(scope, path)]).toEqual([area, path, lies]);
            expect([area, leaf, within.has(leaf)]).toEqual([area, leaf, lies]);
          }
        }
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it('loses nothing that was true: versions are added and ended, never changed', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 8 }), (deeds) => {
        const tree = deeds.reduce(done, smallTree());
        for (const { validUntil: _, successor: __, ...before } of smallVersions)
          expect(tree.versionsOf(before.code)[0]).toMatchObject(before);
      }),
      { numRuns: 100, seed: 5 },
    );
  });
});

describe('a merged area', () => {
  const tree = done(smallTree(), (before) => mergeArea(before, { code: '430102', into: '430101', from: '2025-01-01' }));

  it('keeps its name and place on the days before', () => {
    expect(tree.area('430102', '2023-06-30')).toMatchObject({
      nameZh: '区430102',
      path: '430000.430100.430102',
      validUntil: '2024-12-31',
    });
    expect(tree.area('430102100', '2024-12-31')?.path).toBe('430000.430100.430102.430102100');
    expect(tree.childrenOf('430102', '2024-12-31').map((area) => area.code)).toEqual(['430102100', '430102101']);
  });

  it('lies within its successor from that day, and not before', () => {
    expect(tree.isWithin('430102', '430101', '2024-12-31')).toBe(false);
    expect(tree.isWithin('430102', '430101', '2025-01-01')).toBe(true);
    expect(tree.isWithin('430102100', '430101', '2025-01-01')).toBe(true);
    expect(tree.isWithin('430101', '430102', '2025-01-01')).toBe(false);
    expect(tree.pathOf('430102', '2025-01-01')).toEqual(['430000', '430100', '430101']);
    expect(tree.scopeOf('430101', '2025-01-01')).toEqual([
      { path: '430000.430100.430101', alone: false },
      { path: '430000.430100.430102', alone: false },
    ]);
    expect(tree.scopeOf('430100', '2025-01-01')).toEqual([{ path: '430000.430100', alone: false }]);
  });

  it('leaves what was moved elsewhere before', () => {
    const moved = changedTree(
      done(smallTree(), (before) => recodeArea(before, { code: '430102100', to: '430201105', from: '2024-06-01' })),
      { ended: [], begun: [] },
    );
    expect(moved.area('430201105', '2024-06-01')?.path).toBe('430000.430100.430102.430201105');
  });
});

describe('a re-coded area', () => {
  const plan = { code: '430102', to: '430103', from: '2025-01-01', nameZh: '新区' };
  const tree = done(smallTree(), (before) => recodeArea(before, plan));

  it('takes along what begins with its code', () => {
    expect(tree.area('430103', '2025-01-01')).toMatchObject({
      nameZh: '新区',
      nameEn: null,
      path: '430000.430100.430103',
    });
    expect(tree.area('430103101', '2025-01-01')?.path).toBe('430000.430100.430103.430103101');
    expect(tree.asOf('430102101', '2025-01-01')).toMatchObject({ validUntil: '2024-12-31', successor: '430103101' });
    expect(tree.isWithin('430102101', '430103101', '2025-01-01')).toBe(true);
  });

  it.each([
    [{ ...plan, code: '439999' }, 'AREA_UNKNOWN'],
    [{ ...plan, to: '430101' }, 'AREA_CODE_IN_USE'],
    [{ ...plan, to: '430103100' }, 'AREA_CODE_FORM'],
    [{ ...plan, from: '1949-10-01' }, 'AREA_HAS_LATER_CHANGE'],
  ])('%j is refused: %s', (what, refusal) => {
    expect(() => recodeArea(smallTree(), what)).toThrow(refusal);
  });
});

describe('a divided area', () => {
  const east = { code: '430102110', nameZh: '东镇' };
  const west = { code: '430102111', nameZh: '西镇', nameEn: 'West' };
  const villages = ['1', '2', '3'].map((each) => version(`43010210020${each}`, '430102100', 'village'));
  const before = new DatedTree([...smallVersions, ...villages]);
  const [first = '', ...others] = villages.map(({ code: each }) => each);
  const what = { code: '430102100', from: '2025-01-01' };
  const parts = [
    { ...east, areas: [first] },
    { ...west, areas: others },
  ];
  const tree = done(before, (each) => splitArea(each, { ...what, parts }));

  it('keeps its name and what lay below it on the days before', () => {
    expect(tree.area(first, '2024-12-31')?.path).toBe(`430000.430100.430102.430102100.${first}`);
    expect(tree.on('430102100', '2024-12-31')?.nameZh).toBe('区430102100');
    expect(tree.on('430102111', '2025-01-01')).toMatchObject({
      nameEn: 'West',
      origin: '430102100',
      level: 'township',
    });
  });

  it('hands each area below to its part, and what is kept at itself to the first', () => {
    expect(tree.isWithin(first, '430102110', '2024-12-31')).toBe(false);
    const holders = (each: string) =>
      ['430102110', '430102111'].filter((part) => tree.isWithin(each, part, '2025-01-01'));
    expect([first, ...others, '430102100'].map(holders)).toEqual([
      ['430102110'],
      ['430102111'],
      ['430102111'],
      ['430102110'],
    ]);
    expect(tree.scopeOf('430102111', '2025-01-01')).toEqual([
      { path: '430000.430100.430102.430102111', alone: false },
      ...others.map((each) => ({ path: `430000.430100.430102.430102100.${each}`, alone: false })),
    ]);
  });

  it('goes on beside its parts where it is named among them, under another name if one is given', () => {
    const beside = done(before, (each) =>
      splitArea(each, {
        ...what,
        parts: [
          { ...east, areas: [first] },
          { code: what.code, nameZh: '老镇', areas: others },
        ],
      }),
    );
    expect(beside.on('430102100', '2025-01-01')).toMatchObject({ nameZh: '老镇', validUntil: null, origin: null });
    expect(beside.childrenOf('430102100', '2025-01-01').map((each) => each.code)).toEqual(others);
    expect(beside.isWithin(first, '430102110', '2025-01-01')).toBe(true);
    expect(beside.isWithin('430102100', '430102110', '2025-01-01')).toBe(false);
  });

  it('may go to neighbours that are there', () => {
    const shared = [
      { code: '430102101', areas: [first] },
      { code: '430101100', areas: others },
    ];
    const gone = done(before, (each) => splitArea(each, { ...what, parts: shared }));
    expect(gone.pathOf('430102100', '2025-01-01').at(-1)).toBe('430102101');
    expect(gone.pathOf(others[0] ?? '', '2025-01-01')).toEqual(['430000', '430100', '430101', '430101100', others[0]]);
  });

  it.each([
    ['AREA_NOT_ASSIGNED 430102100202, 430102100203', [{ ...east, areas: [first] }]],
    ['AREA_NOT_BELOW 430101', [{ ...east, areas: [first, '430101'] }]],
    ['AREA_NAMED_TWICE 430102100201', [{ ...east, areas: [first, ...others, first] }]],
    ['AREA_NAMED_TWICE 430102110', [parts[0], parts[0]]],
    ['AREA_SAME 430102100', [{ code: '430102100', areas: [first, ...others] }]],
    ['AREA_NAME_MISSING 430102110', [{ code: '430102110', areas: [first, ...others] }]],
    ['AREA_CODE_FORM 430109', [{ ...east, code: '430109', areas: [first, ...others] }]],
    ['AREA_CODE_IN_USE 430102101', [{ ...east, code: '430102101', areas: [first, ...others] }]],
    ['AREA_LEVELS_DIFFER 430101', [{ code: '430101', areas: [first, ...others] }]],
  ] as const)('%s: refused', (refusal, into) => {
    expect(() => splitArea(before, { ...what, parts: into as readonly AreaPart[] })).toThrow(refusal);
  });

  it('changes once', () => {
    expect(() => splitArea(tree, { ...what, parts })).toThrow('AREA_NOT_IN_FORCE 430102100');
  });
});

describe('the line of areas by which parameters are found', () => {
  const today = '2025-06-01';
  const from = '2025-01-01';
  const counties = ['430102100', '430102101'];

  it('is the path where nothing changed', () => {
    expect(smallTree().lineageOf('430102100', today)).toEqual(['430000', '430100', '430102', '430102100']);
    expect(smallTree().lineageOf('999999', today)).toEqual([]);
  });

  it('has the area that one came out of right before it, whether that goes on or not', () => {
    const parts = [
      { code: '430102', areas: counties.slice(0, 1) },
      { code: '430103', nameZh: '新县', areas: counties.slice(1) },
    ];
    const beside = done(smallTree(), (each) => splitArea(each, { code: '430102', from, parts }));
    expect(beside.lineageOf('430102101', today)).toEqual(['430000', '430100', '430102', '430103', '430102101']);
    expect(beside.lineageOf('430103', today)).toEqual(['430000', '430100', '430102', '430103']);
    expect(beside.lineageOf('430102', today)).toEqual(['430000', '430100', '430102']);
    const recoded = done(smallTree(), (each) => recodeArea(each, { code: '430102', to: '430103', from }));
    const line = ['430000', '430100', '430102', '430103', '430102101', '430103101'];
    expect(recoded.lineageOf('430103101', today)).toEqual(line);
    expect(recoded.lineageOf('430102101', today)).toEqual(line);
    expect(recoded.lineageOf('430102101', '2024-12-31')).toEqual(['430000', '430100', '430102', '430102101']);
  });

  it('has a merged area right before the other for what lay in it, and at the far end for the rest', () => {
    const merged = done(smallTree(), (each) => mergeArea(each, { code: '430102', into: '430101', from }));
    expect(merged.lineageOf('430102101', today)).toEqual(['430000', '430100', '430102', '430101', '430102101']);
    expect(merged.lineageOf('430101101', today)).toEqual(['430102', '430000', '430100', '430101', '430101101']);
    expect(merged.lineageOf('430101101', '2024-12-31')).toEqual(['430000', '430100', '430101', '430101101']);
  });

  it('leaves out an upper area that goes on without it', () => {
    const line = { ...{ line: 2, code: '430102101', parent: '430101', level: 'township', nameZh: '区430102101' } };
    const row = { ...line, nameEn: '', timeZone: '', currency: '', validFrom: from, validUntil: '' };
    const moved = done(smallTree(), (each) => planOwnAreas(each, [row]).change);
    expect(moved.lineageOf('430102101', today)).toEqual(['430000', '430100', '430101', '430102101']);
  });

  it('follows change after change, the nearest last', () => {
    const changes: ((tree: DatedTree) => AreaChange)[] = [
      (each) => recodeArea(each, { code: '430102', to: '430103', from: '2024-01-01' }),
      (each) => mergeArea(each, { code: '430103', into: '430101', from }),
    ];
    expect(changes.reduce(done, smallTree()).lineageOf('430102101', today)).toEqual([
      ...['430000', '430100', '430102', '430103', '430101', '430102101', '430103101'],
    ]);
  });
});

describe('what may not be merged or renamed', () => {
  const merging =
    (code: string, into: string, from = '2025-01-01') =>
    () =>
      mergeArea(smallTree(), { code, into, from });
  it.each([
    [merging('430101', '430101'), 'AREA_SAME'],
    [merging('430101', '430200'), 'AREA_LEVELS_DIFFER'],
    [merging('430101', '430999'), 'AREA_UNKNOWN'],
    [() => renameArea(smallTree(), { code: '430101', from: '2025-01-01' }), 'AREA_NAME_MISSING'],
  ])('%s is refused: %s', (what, refusal) => {
    expect(what).toThrow(refusal);
  });

  it('is an area that has ended, or below which something changes later', () => {
    const merged = done(smallTree(), (tree) => mergeArea(tree, { code: '430102', into: '430101', from: '2025-01-01' }));
    expect(() => renameArea(merged, { code: '430102', from: '2025-02-01', nameZh: '甲' })).toThrow('AREA_NOT_IN_FORCE');
    expect(() => mergeArea(merged, { code: '430101', into: '430201', from: '2024-06-01' })).toThrow(
      'AREA_HAS_LATER_CHANGE',
    );
  });
});

describe('a newer list of codes', () => {
  const load = (tree: DatedTree, asOf: string, divisions: readonly AreaVersion[]) =>
    done(tree, (before) =>
      planDivisions(before, { asOf, timeZone: 'Asia/Shanghai', currency: 'CNY', covers: () => true, divisions }),
    );
  const without = smallVersions.filter(({ code }) => !code.startsWith('430202'));

  it('ends what it leaves out, with all below, and begins what it adds, with its day', () => {
    const tree = load(smallTree(), '2025-06-30', [...without, version('430203', '430200', 'county')]);
    expect(tree.asOf('430202', '2025-07-01')?.validUntil).toBe('2025-06-29');
    expect(tree.asOf('430202100', '2025-07-01')?.validUntil).toBe('2025-06-29');
    expect(tree.on('430203', '2025-06-29')).toBeUndefined();
    expect(tree.on('430203', '2025-06-30')?.validFrom).toBe('2025-06-30');
    expect(tree.isWithin('430202', '430200', '2026-01-01')).toBe(true);
  });

  it('changes nothing when it says nothing new', () => {
    const list = { asOf: '2025-06-30', timeZone: 'Asia/Shanghai', currency: 'CNY', covers: () => true };
    expect(planDivisions(smallTree(), { ...list, divisions: smallVersions })).toEqual({ ended: [], begun: [] });
  });

  it('leaves alone what an office set itself', () => {
    const own = done(smallTree(), (tree) => renameArea(tree, { code: '430202', from: '2025-01-01', nameZh: '自定' }));
    expect(load(own, '2025-06-30', without).on('430202', '2025-07-01')?.nameZh).toBe('自定');
  });
});
