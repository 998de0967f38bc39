import type { EventRegister } from '#libs/event-sourcing/decider';
import type { Disability, IncomePart, Residence } from '#libs/schemes';

/** A bank account as recorded. */
export interface Account {
  readonly accountId: string;
  readonly bank: string;
  readonly number: string;
  readonly holder: string;
}

/** A co-living member of a household. */
export interface Member {
  readonly personId: string;
  readonly name: string;
  readonly relation: Relation;
  readonly birthDate: string;
  readonly disability?: Disability;
  readonly account?: Account;
}

/** How a member belongs to the household; exactly one is the applicant. */
export const relations = ['applicant', 'spouse', 'child', 'parent', 'other'] as const;
export type Relation = (typeof relations)[number];

/** The day a fact happened and the day the office came to know it; local dates of the area. */
export interface FactDates {
  readonly happenedOn: string;
  readonly knownOn: string;
}

export type HouseholdRegistered = {
  readonly type: 'HouseholdRegistered';
  readonly data: FactDates & {
    readonly number: string;
    readonly area: string;
    readonly areaPath: string;
    readonly residence: Residence;
    readonly members: readonly Member[];
  };
};

/** Income as the household declares it; figures stay as declared, in fen and months. */
export type IncomeDeclared = {
  readonly type: 'IncomeDeclared';
  readonly data: FactDates & { readonly parts: readonly IncomePart[] };
};

/** Need of long-term care, in months, as certified. */
export type CareNeedRecorded = {
  readonly type: 'CareNeedRecorded';
  readonly data: FactDates & { readonly personId: string; readonly months: number };
};

/** A new account stands beside the old one until a second person confirms it. */
export type AccountCorrected = {
  readonly type: 'AccountCorrected';
  readonly data: FactDates & {
    readonly personId: string;
    readonly account: Account;
    readonly replaces?: string;
    /** Whether it is the applicant's, to which money for the whole household goes. */
    readonly ofApplicant: boolean;
    /** Who corrected it; another person confirms. */
    readonly proposedBy: string;
    readonly reason: string;
  };
};

export type AccountConfirmed = {
  readonly type: 'AccountConfirmed';
  readonly data: { readonly personId: string; readonly accountId: string; readonly decidedOn: string };
};

export type HouseholdEvent =
  HouseholdRegistered | IncomeDeclared | CareNeedRecorded | AccountCorrected | AccountConfirmed;

/** The stored names with the version of each shape and what it says. */
export const householdEventTypes = {
  category: 'household',
  source: 'libs/people/src/domain/household.events.ts',
  en: 'One household with everyone who lives in it. The only streams that hold personal data.',
  zh: '一户家庭及其全部共同生活成员。只有此类流含个人信息。',
  types: {
    HouseholdRegistered: {
      version: 1,
      en: 'A household was registered, with everyone who lives in it and their accounts',
      zh: '登记家庭，含全部共同生活成员及其账户',
    },
    IncomeDeclared: {
      version: 1,
      en: 'The household declared its income; it takes the place of the declaration before',
      zh: '家庭申报收入，取代此前的申报',
    },
    CareNeedRecorded: {
      version: 1,
      en: 'For how many months a member needs long-term care',
      zh: '记录成员需要长期照护的月数',
    },
    AccountCorrected: { version: 1, en: 'Another account was proposed for a member', zh: '为成员提出新账户' },
    AccountConfirmed: {
      version: 1,
      en: 'A second person confirmed it; from then on it is the member’s account',
      zh: '由另一人确认，此后即为该成员的账户',
    },
  },
} as const satisfies EventRegister<HouseholdEvent['type']>;
