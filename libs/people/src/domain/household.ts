import { refuse, type Decider, type DecisionContext, type Refusal } from '#libs/event-sourcing/decider';
import type { IncomePart, Residence } from '#libs/schemes';
import type { Account, FactDates, HouseholdEvent, Member } from './household.events.js';
import type { HouseholdRefusal } from './household.refusals.js';

/** What may be asked of a household. Ids of persons and accounts come with the command, derived from its id. */
export type HouseholdCommand =
  | {
      readonly type: 'RegisterHousehold';
      readonly data: FactDates & {
        readonly area: string;
        readonly residence: Residence;
        readonly members: readonly Member[];
      };
    }
  | { readonly type: 'DeclareIncome'; readonly data: FactDates & { readonly parts: readonly IncomePart[] } }
  | {
      readonly type: 'RecordCareNeed';
      readonly data: FactDates & { readonly personId: string; readonly months: number };
    }
  | {
      readonly type: 'CorrectAccount';
      readonly data: FactDates & { readonly personId: string; readonly account: Account; readonly reason: string };
    }
  | { readonly type: 'ConfirmAccount'; readonly data: { readonly accountId: string } };

/** Circumstances of a decision, and what only a registration needs. */
export interface HouseholdContext extends DecisionContext {
  /** The number that the household would get, and the codes from the root of the tree to its area. */
  readonly registration?: { readonly number: string; readonly areaPath: string };
}

/** A member with what later events added. */
export interface MemberState extends Member {
  readonly careNeedMonths?: number;
  /** The day of the second person's confirmation; absent for an account given at registration. */
  readonly accountConfirmedOn?: string;
  readonly proposedAccount?: Account & { readonly proposedBy: string };
}

export type Household =
  | { readonly status: 'none' }
  | {
      readonly status: 'registered';
      readonly number: string;
      readonly area: string;
      readonly areaPath: string;
      readonly residence: Residence;
      readonly members: readonly MemberState[];
      readonly income?: FactDates & { readonly parts: readonly IncomePart[] };
    };
export type RegisteredHousehold = Extract<Household, { status: 'registered' }>;

type Outcome = readonly HouseholdEvent[] | Refusal<HouseholdRefusal>;
type Decide<Type extends HouseholdCommand['type']> = (
  data: Extract<HouseholdCommand, { type: Type }>['data'],
  household: RegisteredHousehold,
  context: HouseholdContext,
) => Outcome;

const declareIncome: Decide<'DeclareIncome'> = (data) => [{ type: 'IncomeDeclared', data }];

const recordCareNeed: Decide<'RecordCareNeed'> = (data, household) => {
  const member = findMember(household, data.personId);
  if (!member) return refuse('PERSON_NOT_IN_HOUSEHOLD');
  if (member.careNeedMonths === data.months) return [];
  return [{ type: 'CareNeedRecorded', data }];
};

const correctAccount: Decide<'CorrectAccount'> = (data, household, { by }) => {
  const member = findMember(household, data.personId);
  if (!member) return refuse('PERSON_NOT_IN_HOUSEHOLD');
  if (sameAccount(member.account, data.account) || sameAccount(member.proposedAccount, data.account)) return [];
  const replaces = member.account?.accountId;
  return [
    {
      type: 'AccountCorrected',
      data: {
        ...data,
        ...(replaces !== undefined && { replaces }),
        ofApplicant: member.relation === 'applicant',
        proposedBy: by,
      },
    },
  ];
};

/** A change of account takes two people. */
const confirmAccount: Decide<'ConfirmAccount'> = ({ accountId }, household, { by, today }) => {
  if (household.members.some(({ account }) => account?.accountId === accountId)) return [];
  const member = household.members.find(({ proposedAccount }) => proposedAccount?.accountId === accountId);
  if (!member) return refuse('ACCOUNT_NOT_PROPOSED');
  if (member.proposedAccount?.proposedBy === by) return refuse('SECOND_PERSON_CONFIRMS_ACCOUNT');
  return [{ type: 'AccountConfirmed', data: { personId: member.personId, accountId, decidedOn: today } }];
};

function register(
  data: Extract<HouseholdCommand, { type: 'RegisterHousehold' }>['data'],
  { registration, today }: HouseholdContext,
): Outcome {
  if (!registration) throw new Error('a registration needs a number and the path of its area');
  const applicants = data.members.filter(({ relation }) => relation === 'applicant').length;
  if (applicants !== 1) return refuse('ONE_APPLICANT_NEEDED', { applicants });
  if (data.members.some(({ birthDate }) => birthDate > today)) return refuse('BORN_IN_FUTURE');
  return [{ type: 'HouseholdRegistered', data: { ...data, ...registration } }];
}

/** A fact lies in the past, and is known no earlier than it happened. */
function refusedDates(data: object, today: string): Refusal<HouseholdRefusal> | undefined {
  const { happenedOn, knownOn } = data as Partial<FactDates>;
  if (happenedOn === undefined || knownOn === undefined) return undefined;
  if (happenedOn > today) return refuse('HAPPENED_IN_FUTURE', { today });
  if (knownOn < happenedOn || knownOn > today) return refuse('KNOWN_BEFORE_HAPPENED');
  return undefined;
}

function decideOnRegistered(
  command: HouseholdCommand,
  household: RegisteredHousehold,
  context: HouseholdContext,
): Outcome {
  switch (command.type) {
    case 'RegisterHousehold':
      return refuse('HOUSEHOLD_EXISTS');
    case 'DeclareIncome':
      return declareIncome(command.data, household, context);
    case 'RecordCareNeed':
      return recordCareNeed(command.data, household, context);
    case 'CorrectAccount':
      return correctAccount(command.data, household, context);
    case 'ConfirmAccount':
      return confirmAccount(command.data, household, context);
  }
}

function evolve(household: Household, event: HouseholdEvent): Household {
  if (event.type === 'HouseholdRegistered') {
    const { number, area, areaPath, residence, members } = event.data;
    return { status: 'registered', number, area, areaPath, residence, members };
  }
  if (household.status === 'none') throw new Error(`${event.type} before HouseholdRegistered`);
  switch (event.type) {
    case 'IncomeDeclared':
      return { ...household, income: event.data };
    case 'CareNeedRecorded':
      return withMember(household, event.data.personId, (member) => ({ ...member, careNeedMonths: event.data.months }));
    case 'AccountCorrected': {
      const { account, proposedBy } = event.data;
      return withMember(household, event.data.personId, (member) => ({
        ...member,
        proposedAccount: { ...account, proposedBy },
      }));
    }
    case 'AccountConfirmed':
      return withMember(household, event.data.personId, ({ proposedAccount, ...member }) => {
        if (!proposedAccount) return member;
        const { proposedBy: _, ...account } = proposedAccount;
        return { ...member, account, accountConfirmedOn: event.data.decidedOn };
      });
  }
}

/**
 * A household: who lives in it, what they declared, and where money for them goes.
 * Who counts: spouse, minor children, adult children who cannot live independently, others living together long-term.
 * Source: 民发〔2021〕57号 art 7
 */
export const householdDecider: Decider<Household, HouseholdCommand, HouseholdEvent, HouseholdContext> = {
  initial: { status: 'none' },
  decide(command, household, context) {
    const refused = refusedDates(command.data, context.today);
    if (refused) return refused;
    if (household.status === 'registered') return decideOnRegistered(command, household, context);
    if (command.type !== 'RegisterHousehold') throw new Error(`${command.type} for no household`);
    return register(command.data, context);
  },
  evolve,
};

/** The member of that id. */
export const findMember = (household: RegisteredHousehold, personId: string): MemberState | undefined =>
  household.members.find((member) => member.personId === personId);

const sameAccount = (a: Account | undefined, b: Account): boolean =>
  a !== undefined && a.number === b.number && a.bank === b.bank && a.holder === b.holder;

const withMember = (
  household: RegisteredHousehold,
  personId: string,
  change: (member: MemberState) => MemberState,
): RegisteredHousehold => ({
  ...household,
  members: household.members.map((member) => (member.personId === personId ? change(member) : member)),
});
