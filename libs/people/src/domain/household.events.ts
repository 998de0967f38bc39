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

/** The stored names and the version of each shape. */
export const householdEventTypes = {
  HouseholdRegistered: 1,
  IncomeDeclared: 1,
  CareNeedRecorded: 1,
  AccountCorrected: 1,
  AccountConfirmed: 1,
} as const satisfies Record<HouseholdEvent['type'], number>;
