import type { MemberState } from '../domain/household.js';
import type { Account } from '../domain/household.events.js';
import type { LoadedHousehold } from '../households.js';
import type { AccountView, HouseholdView, MemberView } from './households.dto.js';

/** A household as it is shown: account numbers to their last four digits. */
export const householdView = ({ id, household, revision, position }: LoadedHousehold): HouseholdView => ({
  id,
  number: household.number,
  area: household.area,
  residence: household.residence,
  members: household.members.map(memberView),
  ...(household.income && { income: { ...household.income, parts: [...household.income.parts] } }),
  revision,
  position,
});

function memberView({ account, accountConfirmedOn, proposedAccount, ...member }: MemberState): MemberView {
  return {
    ...member,
    ...(account && {
      account: {
        ...accountView(account),
        ...(accountConfirmedOn !== undefined && { confirmedOn: accountConfirmedOn }),
      },
    }),
    ...(proposedAccount && { proposedAccount: accountView(proposedAccount) }),
  };
}

const accountView = ({ accountId, bank, number }: Account): AccountView => ({
  accountId,
  bank,
  numberMasked: `${'*'.repeat(number.length - 4)}${number.slice(-4)}`,
});
