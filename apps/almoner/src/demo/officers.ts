import type { Role } from '#libs/access';
import type { Officer } from './client.js';

/** The county whose offices act, its township and its village. */
export const COUNTY = '430225';
export const TOWNSHIP = '430225100';
export const VILLAGE = '430225100201';

const officer = (role: Role, area: string, name: string): Officer => ({ role, area, name });

/** Everybody who takes part. Who proposes never confirms, and who pays never checks: hence so many. */
export const OFFICERS = {
  helper: officer('village-helper', VILLAGE, 'village-helper-1'),
  accepts: officer('township-officer', TOWNSHIP, 'township-officer-1'),
  proposes: officer('township-officer', TOWNSHIP, 'township-officer-2'),
  leadsVisit: officer('investigator', TOWNSHIP, 'investigator-1'),
  joinsVisit: officer('investigator', TOWNSHIP, 'investigator-2'),
  confirms: officer('county-reviewer', COUNTY, 'county-reviewer-1'),
  verifies: officer('county-reviewer', COUNTY, 'county-reviewer-2'),
  opensPay: officer('county-payment-officer', COUNTY, 'county-payment-officer-1'),
  checksPay: officer('county-payment-officer', COUNTY, 'county-payment-officer-2'),
  releasesPay: officer('finance', COUNTY, 'finance-1'),
  confirmsAccount: officer('finance', COUNTY, 'finance-2'),
  inspects: officer('inspector', COUNTY, 'inspector-1'),
  movesClock: officer('administrator', COUNTY, 'administrator-1'),
} as const satisfies Readonly<Record<string, Officer>>;

/** Asks for each officer's token once. */
export function keepTokens(issue: (officer: Officer) => Promise<string>): (officer: Officer) => Promise<string> {
  const tokens = new Map<Officer, Promise<string>>();
  return (officer) => {
    const kept = tokens.get(officer) ?? issue(officer);
    tokens.set(officer, kept);
    return kept;
  };
}
