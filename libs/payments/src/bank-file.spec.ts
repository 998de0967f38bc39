import { describe, expect, it } from '@jest/globals';
import { bankFile } from './bank-file.js';
import type { PayLine } from './domain/pay-run.events.js';

const line: PayLine = {
  lineId: 'line-1',
  caseId: 'case-1',
  householdId: 'household-1',
  area: '430225001001',
  month: '2025-10',
  kind: 'regular',
  amount: 45_005,
  fund: '2081902',
  accountId: 'account-1',
};

const file = (holder: string) =>
  bankFile({ number: 1, currency: 'CNY', purpose: ({ month }) => `低保 ${month}` }, [
    { line, account: { holder, bank: '农商行', number: '6217000000000000001' } },
  ]);

describe('the bank file', () => {
  it('is a table of yuan with a byte order mark', () =>
    expect(file('某甲')).toBe(
      '\uFEFFbatch,line,lineId,holder,bank,account,amount,currency,purpose\r\n' +
        '1,1,line-1,某甲,农商行,6217000000000000001,450.05,CNY,低保 2025-10\r\n',
    ));

  it('quotes what would break a row', () => expect(file('a"b,c')).toContain(',"a""b,c",'));

  it('disarms what a spreadsheet would calculate', () => expect(file('=1+1')).toContain(",'=1+1,"));
});
