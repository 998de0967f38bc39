import { describe, expect, it } from '@jest/globals';
import { changedTree } from './changes.js';
import { planOwnAreas, type AreaRow, type AreaRowFault } from './own-areas.js';
import { smallTree } from './test/small-tree.js';

const row = (more: Partial<AreaRow>): AreaRow => ({
  ...{ line: 2, code: '430199', parent: '430100', level: 'county', nameZh: '新县', nameEn: '', timeZone: '' },
  ...{ currency: '', validFrom: '2025-01-01', validUntil: '' },
  ...more,
});

describe('an office’s own list', () => {
  it('is taken in whatever order its lines stand, with zone and currency of the area above', () => {
    const plan = planOwnAreas(smallTree(), [
      row({ line: 2, code: '430199100', parent: '430199', level: 'township', nameZh: '新镇', nameEn: 'New' }),
      row({ line: 3 }),
      row({ line: 4, code: '650000', parent: '', level: 'province', timeZone: 'Asia/Urumqi', currency: 'CNY' }),
    ]);
    expect(plan.refused).toEqual([]);
    const tree = changedTree(smallTree(), plan.change);
    expect(tree.area('430199100', '2025-01-01')).toMatchObject({
      ...{ path: '430000.430100.430199.430199100', nameEn: 'New', timeZone: 'Asia/Shanghai', currency: 'CNY' },
      source: 'own',
    });
    expect(tree.on('650000', '2025-01-01')?.timeZone).toBe('Asia/Urumqi');
    expect(tree.on('430199', '2024-12-31')).toBeUndefined();
  });

  it('begins a later version of an area that is there, and ends areas from below', () => {
    const rows = [
      row({ line: 2, code: '430101', parent: '430200', nameZh: '移县' }),
      row({ line: 3, code: '430102', nameZh: '区430102', validFrom: '1949-10-01', validUntil: '2024-12-31' }),
      ...['100', '101'].map((end, index) =>
        row({
          ...{ line: 4 + index, code: `430102${end}`, parent: '430102', level: 'township', nameZh: `区430102${end}` },
          ...{ validFrom: '1949-10-01', validUntil: '2024-12-31' },
        }),
      ),
    ];
    const plan = planOwnAreas(smallTree(), rows);
    expect(plan.refused).toEqual([]);
    const tree = changedTree(smallTree(), plan.change);
    expect(tree.area('430101100', '2025-01-01')?.path).toBe('430000.430200.430101.430101100');
    expect(tree.area('430101100', '2024-12-31')?.path).toBe('430000.430100.430101.430101100');
    expect(tree.on('430102', '2025-01-01')).toBeUndefined();
    expect(planOwnAreas(tree, rows)).toMatchObject({ change: { ended: [], begun: [] }, unchanged: 4, refused: [] });
  });

  it.each<[Partial<AreaRow>, AreaRowFault]>([
    [{ code: '4301' }, 'CODE_FORM'],
    [{ level: 'shire' }, 'LEVEL_UNKNOWN'],
    [{ nameZh: '' }, 'NAME_MISSING'],
    [{ parent: '' }, 'PARENT_MISSING'],
    [{ level: 'province' }, 'PARENT_MISSING'],
    [{ timeZone: 'Mars/Olympus' }, 'TIME_ZONE_UNKNOWN'],
    [{ code: '650000', parent: '', level: 'province', currency: 'CNY' }, 'TIME_ZONE_UNKNOWN'],
    [{ code: '650000', parent: '', level: 'province', timeZone: 'UTC' }, 'CURRENCY_FORM'],
    [{ currency: 'yuan' }, 'CURRENCY_FORM'],
    [{ validFrom: '2025-02-30' }, 'DATE_FORM'],
    [{ validUntil: 'never' }, 'DATE_FORM'],
    [{ validUntil: '2024-12-31' }, 'DATES_ORDER'],
    [{ parent: '439900' }, 'PARENT_NOT_THERE'],
    [{ parent: '430101' }, 'PARENT_NOT_THERE'],
    [{ validFrom: '1949-09-30' }, 'PARENT_NOT_THERE'],
    [{ code: '430101', level: 'township' }, 'LEVEL_DIFFERS'],
    [{ code: '430101', validFrom: '1949-10-01' }, 'VERSION_DIFFERS'],
    [{ code: '430101', validUntil: '2025-12-31' }, 'AREAS_BELOW'],
  ])('%j is refused as %s, and what is good is taken', (wrong, code) => {
    const good = row({ line: 3, code: '430198' });
    const { change, refused } = planOwnAreas(smallTree(), [row(wrong), good]);
    expect(refused).toEqual([{ line: 2, area: wrong.code ?? '430199', code }]);
    expect(change.begun.map((begun) => begun.code)).toEqual(['430198']);
  });

  it('cannot go back behind what is known', () => {
    const plan = planOwnAreas(smallTree(), [row({ line: 2, validFrom: '2025-06-01' }), row({ line: 3, nameZh: '旧' })]);
    expect(plan.refused).toEqual([]);
    const tree = changedTree(smallTree(), plan.change);
    expect(planOwnAreas(tree, [row({ nameZh: '更旧', validFrom: '2025-03-01' })]).refused).toEqual([
      { line: 2, area: '430199', code: 'VERSION_TOO_EARLY' },
    ]);
  });
});
