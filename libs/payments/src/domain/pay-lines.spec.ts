import { describe, expect, it } from '@jest/globals';
import { payLines, usableFrom, type DueMonth, type ListSources } from './pay-lines.js';
import { sumOf } from './pay-run.state.js';

const householdId = 'household-1';
const due = (caseId: string, month: string, amount: number, personId?: string): DueMonth => ({
  caseId,
  householdId,
  ...(personId === undefined ? {} : { personId }),
  area: '430225001001',
  residence: 'rural',
  month,
  amount,
});

const list = (sources: Partial<ListSources>) =>
  payLines({
    month: '2025-10',
    kind: 'regular',
    due: [],
    listed: [],
    accounts: new Map([
      [householdId, { accountId: 'account-0' }],
      ['man', { accountId: 'account-1' }],
      ['wife', { accountId: 'account-2' }],
    ]),
    lastAccounts: new Map(),
    fundOf: () => '2081902',
    lineIdOf: ({ caseId, month, kind }) => `${caseId}/${month}/${kind}`,
    ...sources,
  });

const dibao = [due('dibao', '2025-10', 45_000)];
const living = [due('living-man', '2025-10', 5500, 'man'), due('living-wife', '2025-10', 5500, 'wife')];
const nursing = [due('nursing-man', '2025-10', 5500, 'man'), due('nursing-wife', '2025-10', 5500, 'wife')];

describe('the lines of a run', () => {
  it('pay a family 67000 in five regular lines over the three schemes', () => {
    const lines = [dibao, living, nursing].flatMap((rows) => list({ due: rows }).lines);
    expect(lines.map(({ kind }) => kind)).toEqual(Array(5).fill('regular'));
    expect(sumOf(lines)).toBe(67_000);
  });

  it('pay 78000 in seven lines where nursing was applied for the month before', () => {
    const earlier = [due('nursing-man', '2025-09', 5500, 'man'), due('nursing-wife', '2025-09', 5500, 'wife')];
    const lines = [dibao, living, [...nursing, ...earlier]].flatMap((rows) => list({ due: rows }).lines);
    expect(lines).toHaveLength(7);
    expect(lines.filter(({ kind }) => kind === 'arrears').map(({ month }) => month)).toEqual(['2025-09', '2025-09']);
    expect(sumOf(lines)).toBe(78_000);
  });

  it('say whom, what, from which fund and to which account', () =>
    expect(list({ due: living.slice(0, 1) }).lines).toEqual([
      {
        lineId: 'living-man/2025-10/regular',
        caseId: 'living-man',
        householdId,
        personId: 'man',
        area: '430225001001',
        month: '2025-10',
        kind: 'regular',
        amount: 5500,
        fund: '2081902',
        accountId: 'account-1',
      },
    ]));

  it('never list a month twice', () =>
    expect(list({ due: dibao, listed: [{ caseId: 'dibao', month: '2025-10', amount: 45_000 }] }).lines).toEqual([]));

  it('pay a raise for past months as a line per month, in a supplementary run too for its own month', () => {
    const months = ['2025-07', '2025-08', '2025-09'];
    const { lines } = list({
      month: '2025-09',
      kind: 'supplementary',
      due: months.map((month) => due('dibao', month, 86_000)),
      listed: months.map((month) => ({ caseId: 'dibao', month, amount: 70_000 })),
    });
    expect(lines.map(({ month, kind, amount }) => [month, kind, amount])).toEqual(
      months.map((month) => [month, 'arrears', 16_000]),
    );
    expect(sumOf(lines)).toBe(48_000);
  });

  it('tell an excess and take nothing back', () =>
    expect(
      list({
        due: [due('dibao', '2025-09', 40_000), ...dibao],
        listed: [
          { caseId: 'dibao', month: '2025-09', amount: 45_000 },
          { caseId: 'stopped', month: '2025-09', amount: 5500 },
        ],
      }),
    ).toMatchObject({
      lines: [{ month: '2025-10', amount: 45_000 }],
      overpaid: [
        { caseId: 'dibao', month: '2025-09', amount: 5000 },
        { caseId: 'stopped', month: '2025-09', amount: 5500 },
      ],
    }));

  it('leave out, and tell, a payee without an account', () =>
    expect(list({ due: [due('living-son', '2025-10', 5500, 'son'), ...living] })).toMatchObject({
      lines: [{ caseId: 'living-man' }, { caseId: 'living-wife' }],
      leftOut: [{ caseId: 'living-son', month: '2025-10', reason: 'NO_ACCOUNT' }],
    }));

  it('leave out, and tell, whoever is paid to another account than before by the word of one person', () => {
    const by = (unconfirmed: boolean, before?: string) =>
      list({
        due: dibao,
        accounts: new Map([[householdId, { accountId: 'account-9', ...(unconfirmed && { unconfirmed: true }) }]]),
        lastAccounts: new Map(before === undefined ? [] : [['dibao', before]]),
      });
    expect(by(true, 'account-0')).toMatchObject({
      lines: [],
      leftOut: [{ caseId: 'dibao', month: '2025-10', reason: 'ACCOUNT_NOT_CONFIRMED' }],
    });
    for (const paid of [by(false, 'account-0'), by(true, 'account-9'), by(true)]) {
      expect(paid.lines).toMatchObject([{ accountId: 'account-9' }]);
      expect(paid.lines[0]).not.toHaveProperty('unconfirmed');
    }
  });

  it('use an account from the day after its confirmation where the area waits one day', () =>
    expect(usableFrom('2025-10-31', 1)).toBe('2025-11-01'));
});
