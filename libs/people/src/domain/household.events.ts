import type { EventRegister, Personal, PersonalFieldsOf } from '#libs/event-sourcing/decider';
import type { Residence } from '#libs/schemes';
import type { FieldClass } from './identity/field-class.js';
import type { Provenance } from './facts.js';
import type {
  DeclaredAsset,
  DeclaredIncome,
  DeclaredSpending,
  DepartureReason,
  LiableRelative,
  SingleFilingGround,
  Standing,
} from './household.facts.js';

type Recorded<Type extends string, Data extends object> = { readonly type: Type; readonly data: Provenance & Data };
type Done<Type extends string, Data extends object> = { readonly type: Type; readonly data: Data };

/** A member with the place that they have from the registration on. */
export interface RegisteredMember extends Standing {
  readonly personId: string;
  /** Names the membership for corrections. */
  readonly factId: string;
}

export type HouseholdRegistered = Recorded<
  'HouseholdRegistered',
  {
    readonly number: string;
    readonly area: string;
    readonly areaPath: string;
    readonly residence: Residence;
    readonly members: readonly RegisteredMember[];
    /** The household that it was split from. */
    readonly splitFrom?: string;
    readonly singleFiling?: SingleFilingGround;
  }
>;
export type MemberJoined = Recorded<'MemberJoined', Standing & { readonly personId: string }>;
/** Another relation, or counting no more, or again. */
export type MemberStandingChanged = Recorded<'MemberStandingChanged', Standing & { readonly personId: string }>;
export type MemberLeft = Recorded<
  'MemberLeft',
  { readonly personId: string; readonly departure: DepartureReason; readonly toHousehold?: string }
>;
/** The household lives in another area from then on, which keeps its file. */
export type HouseholdMoved = Recorded<
  'HouseholdMoved',
  {
    readonly area: string;
    readonly areaPath: string;
    readonly residence: Residence;
    readonly address?: Personal<string>;
  }
>;
/** Some members form a household of their own from then on; what it starts with stands here, so that it can be registered whatever happens in between. */
export type HouseholdSplit = Recorded<
  'HouseholdSplit',
  {
    readonly into: string;
    readonly area: string;
    readonly areaPath: string;
    readonly residence: Residence;
    readonly members: readonly RegisteredMember[];
  }
>;
/** All members join another household, which goes on; this one is over. */
export type HouseholdMerged = Recorded<
  'HouseholdMerged',
  { readonly into: string; readonly members: readonly RegisteredMember[] }
>;
/** Nobody is left. */
export type HouseholdEnded = Recorded<'HouseholdEnded', object>;
/** One person files alone, or no longer does. */
export type SingleFilingRecorded = Recorded<
  'SingleFilingRecorded',
  { readonly personId: string; readonly ground: SingleFilingGround | null }
>;
/** What is declared takes the place of what was declared before, from the day it happened. */
export type IncomeDeclared = Recorded<'IncomeDeclared', { readonly parts: Personal<readonly DeclaredIncome[]> }>;
export type AssetsDeclared = Recorded<'AssetsDeclared', { readonly assets: Personal<readonly DeclaredAsset[]> }>;
export type SpendingDeclared = Recorded<'SpendingDeclared', { readonly parts: Personal<readonly DeclaredSpending[]> }>;
export type LiableRelativeRecorded = Recorded<
  'LiableRelativeRecorded',
  { readonly relativeId: string; readonly relative: Personal<LiableRelative | null> }
>;
/** A fact was recorded by mistake: it was never so, and nothing takes its place. */
export type HouseholdFactWithdrawn = Done<
  'HouseholdFactWithdrawn',
  { readonly factId: string; readonly withdrawnOn: string; readonly reason: Personal<string> }
>;

export type HouseholdFactEvent =
  | HouseholdRegistered
  | MemberJoined
  | MemberStandingChanged
  | MemberLeft
  | HouseholdMoved
  | HouseholdSplit
  | HouseholdMerged
  | HouseholdEnded
  | SingleFilingRecorded
  | IncomeDeclared
  | AssetsDeclared
  | SpendingDeclared
  | LiableRelativeRecorded;

export type HouseholdEvent = HouseholdFactEvent | HouseholdFactWithdrawn;

const identity: FieldClass = { purpose: 'identity', retention: 'management-file' };
const contact: FieldClass = { purpose: 'contact', retention: 'management-file' };
const means: FieldClass = { purpose: 'means', retention: 'approval-file' };
const of = (fieldClass: FieldClass) => ({ document: fieldClass, reason: fieldClass });

/** Which fields of which events are personal. They belong to the household as a whole and are sealed under its own keys. */
export const householdPersonalFields: PersonalFieldsOf<HouseholdEvent, FieldClass> = {
  HouseholdRegistered: of(identity),
  MemberJoined: of(identity),
  MemberStandingChanged: of(identity),
  MemberLeft: of(identity),
  HouseholdMoved: { address: contact, ...of(contact) },
  HouseholdSplit: of(identity),
  HouseholdMerged: of(identity),
  HouseholdEnded: of(identity),
  SingleFilingRecorded: of(identity),
  IncomeDeclared: { parts: means, ...of(means) },
  AssetsDeclared: { assets: means, ...of(means) },
  SpendingDeclared: { parts: means, ...of(means) },
  LiableRelativeRecorded: { relative: identity, ...of(identity) },
  HouseholdFactWithdrawn: { reason: identity },
};

/** The stored names with the version of each shape, what it says, and its personal fields. */
export const householdEventTypes = {
  category: 'household',
  source: 'libs/people/src/domain/household.events.ts',
  en: 'One household: who belongs to it from when to when, where it lives, and what it declared. Its members are named by the ids of their own streams.',
  zh: '一户家庭：成员及起止日期、居住地与申报情况。成员以其各自人员流的编号列示。',
  types: {
    HouseholdRegistered: {
      version: 1,
      en: 'A household was registered, with everyone who belongs to it',
      zh: '登记家庭及其全部成员',
    },
    MemberJoined: { version: 1, en: 'A person belongs to the household from then on', zh: '人员自此加入家庭' },
    MemberStandingChanged: {
      version: 1,
      en: 'A member’s relation changed, or whether they count',
      zh: '成员关系或是否计入发生变化',
    },
    MemberLeft: { version: 1, en: 'A member left, with the reason', zh: '成员离开家庭，附原因' },
    HouseholdMoved: { version: 1, en: 'The household lives in another area from then on', zh: '家庭自此迁居另一地区' },
    HouseholdSplit: {
      version: 1,
      en: 'Some members form a household of their own from then on',
      zh: '部分成员自此分户',
    },
    HouseholdMerged: {
      version: 1,
      en: 'All members join another household; this one is over',
      zh: '全体成员并入另一家庭，本户终止',
    },
    HouseholdEnded: { version: 1, en: 'Nobody belongs to the household any more', zh: '家庭已无成员，终止' },
    SingleFilingRecorded: {
      version: 1,
      en: 'One person files alone, with the ground, or no longer does',
      zh: '登记或终止单人户申请及其依据',
    },
    IncomeDeclared: { version: 1, en: 'What income the household has from then on', zh: '申报家庭收入' },
    AssetsDeclared: { version: 1, en: 'What the household owns from then on', zh: '申报家庭财产' },
    SpendingDeclared: { version: 1, en: 'What the household has to spend itself from then on', zh: '申报家庭刚性支出' },
    LiableRelativeRecorded: {
      version: 1,
      en: 'Somebody outside has a duty of support, or no longer has',
      zh: '登记或取消家庭以外的赡养、抚养、扶养义务人',
    },
    HouseholdFactWithdrawn: { version: 1, en: 'A fact was recorded by mistake and never held', zh: '撤销误登的情况' },
  },
  personal: householdPersonalFields,
} as const satisfies EventRegister<HouseholdEvent['type']>;
