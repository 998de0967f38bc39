import type { EventRegister, Personal, PersonalFieldsOf } from '#libs/event-sourcing/decider';
import type { FieldClass } from './identity/field-class.js';
import type { Provenance } from './facts.js';
import type {
  Account,
  DisabilityCard,
  Employment,
  Guardian,
  HukouKind,
  Identity,
  Illness,
  Schooling,
  WorkAbility,
} from './person.facts.js';

type Recorded<Type extends string, Data extends object> = { readonly type: Type; readonly data: Provenance & Data };
type Done<Type extends string, Data extends object> = { readonly type: Type; readonly data: Data };

/** Who the person is; `identityHash` is the keyed hash of the number of their document, by which they are found. */
interface Known {
  readonly identity: Personal<Identity>;
  readonly identityHash?: string;
}
/** A new file of a person, in the area that keeps it. */
export type PersonRegistered = Recorded<
  'PersonRegistered',
  Known & { readonly area: string; readonly areaPath: string; readonly address?: Personal<string> }
>;
export type IdentityRecorded = Recorded<'IdentityRecorded', Known>;
export type HukouRecorded = Recorded<
  'HukouRecorded',
  { readonly area: string; readonly kind: HukouKind; readonly address?: Personal<string> }
>;
/** Where the person lives; the file goes to that area. */
export type ResidenceRecorded = Recorded<
  'ResidenceRecorded',
  { readonly area: string; readonly areaPath: string; readonly address?: Personal<string> }
>;
export type PhoneRecorded = Recorded<'PhoneRecorded', { readonly phone: Personal<string | null> }>;
/** `null`: the card was handed back or has lapsed. */
export type DisabilityCardRecorded = Recorded<
  'DisabilityCardRecorded',
  { readonly card: Personal<DisabilityCard | null> }
>;
export type IllnessesRecorded = Recorded<'IllnessesRecorded', { readonly illnesses: Personal<readonly Illness[]> }>;
export type SchoolingRecorded = Recorded<'SchoolingRecorded', { readonly schooling: Personal<Schooling> }>;
export type EmploymentRecorded = Recorded<'EmploymentRecorded', { readonly employment: Personal<Employment> }>;
export type WorkAbilityRecorded = Recorded<'WorkAbilityRecorded', { readonly ability: Personal<WorkAbility> }>;
/** Months for which long-term care is needed, as certified; 0: none any more. */
export type CareNeedRecorded = Recorded<'CareNeedRecorded', { readonly months: Personal<number> }>;
export type GuardianRecorded = Recorded<'GuardianRecorded', { readonly guardian: Personal<Guardian | null> }>;
/** `happenedOn` is the day of death. */
export type DeathRecorded = Recorded<'DeathRecorded', object>;
/** A fact was recorded by mistake: it was never so, and nothing takes its place. */
export type FactWithdrawn = Done<
  'FactWithdrawn',
  { readonly factId: string; readonly withdrawnOn: string; readonly reason: Personal<string> }
>;

/** The account that was given with the registration. */
export type AccountRecorded = Recorded<
  'AccountRecorded',
  { readonly accountId: string; readonly account: Personal<Account> }
>;
/** Another account stands beside the present one until a second person confirms it. */
export type AccountCorrected = Recorded<
  'AccountCorrected',
  {
    readonly accountId: string;
    readonly account: Personal<Account>;
    readonly replaces?: string;
    readonly proposedBy: string;
  }
>;
export type AccountConfirmed = Done<
  'AccountConfirmed',
  { readonly accountId: string; readonly confirmedBy: string; readonly decidedOn: string }
>;
export type AccountRejected = Done<
  'AccountRejected',
  { readonly accountId: string; readonly decidedOn: string; readonly reason: Personal<string> }
>;

/** This file and another are of one person; the other goes on. Nothing is moved: whoever reads this one is told where to look. */
export type PersonMerged = Done<
  'PersonMerged',
  { readonly into: string; readonly decidedOn: string; readonly reason: Personal<string> }
>;
export type PersonMergeUndone = Done<
  'PersonMergeUndone',
  { readonly into: string; readonly decidedOn: string; readonly reason: Personal<string> }
>;
/** This file and another look like one person's, and are of two: the pair is not proposed again, from neither side. */
export type DoubleDismissed = Done<
  'DoubleDismissed',
  { readonly other: string; readonly decidedOn: string; readonly reason: Personal<string> }
>;

export type PersonFactEvent =
  | PersonRegistered
  | IdentityRecorded
  | HukouRecorded
  | ResidenceRecorded
  | PhoneRecorded
  | DisabilityCardRecorded
  | IllnessesRecorded
  | SchoolingRecorded
  | EmploymentRecorded
  | WorkAbilityRecorded
  | CareNeedRecorded
  | GuardianRecorded
  | DeathRecorded
  | AccountRecorded
  | AccountCorrected;

export type PersonEvent =
  | PersonFactEvent
  | FactWithdrawn
  | AccountConfirmed
  | AccountRejected
  | PersonMerged
  | PersonMergeUndone
  | DoubleDismissed;

const identity: FieldClass = { purpose: 'identity', retention: 'management-file' };
const contact: FieldClass = { purpose: 'contact', retention: 'management-file' };
const health: FieldClass = { purpose: 'health', retention: 'management-file' };
const means: FieldClass = { purpose: 'means', retention: 'approval-file' };
const bank: FieldClass = { purpose: 'bank', retention: 'accounting' };
const of = (fieldClass: FieldClass) => ({ document: fieldClass, reason: fieldClass });

/** Which fields of which events are personal, and how long their keys live. The compiler asks for every one. */
export const personPersonalFields: PersonalFieldsOf<PersonEvent, FieldClass> = {
  PersonRegistered: { identity, address: contact, ...of(identity) },
  IdentityRecorded: { identity, ...of(identity) },
  HukouRecorded: { address: contact, ...of(contact) },
  ResidenceRecorded: { address: contact, ...of(contact) },
  PhoneRecorded: { phone: contact, ...of(contact) },
  DisabilityCardRecorded: { card: health, ...of(health) },
  IllnessesRecorded: { illnesses: health, ...of(health) },
  SchoolingRecorded: { schooling: identity, ...of(identity) },
  EmploymentRecorded: { employment: means, ...of(means) },
  WorkAbilityRecorded: { ability: health, ...of(health) },
  CareNeedRecorded: { months: health, ...of(health) },
  GuardianRecorded: { guardian: identity, ...of(identity) },
  DeathRecorded: of(identity),
  FactWithdrawn: { reason: identity },
  AccountRecorded: { account: bank, ...of(bank) },
  AccountCorrected: { account: bank, ...of(bank) },
  AccountRejected: { reason: bank },
  PersonMerged: { reason: identity },
  PersonMergeUndone: { reason: identity },
  DoubleDismissed: { reason: identity },
};

/** The stored names with the version of each shape, what it says, and its personal fields. */
export const personEventTypes = {
  category: 'person',
  source: 'libs/people/src/domain/person.events.ts',
  en: 'One person: who they are and what is known of them. Personal fields are sealed under the keys of the person.',
  zh: '一名人员：身份及已知情况。个人信息字段以该人员的密钥加密。',
  types: {
    PersonRegistered: { version: 1, en: 'A person was registered', zh: '登记人员' },
    IdentityRecorded: {
      version: 1,
      en: 'Names, document, birth date or sex were recorded anew',
      zh: '重新登记姓名、证件、出生日期或性别',
    },
    HukouRecorded: {
      version: 1,
      en: 'Where the household register of the person is kept, and of which kind',
      zh: '登记户籍地及户口性质',
    },
    ResidenceRecorded: {
      version: 1,
      en: 'Where the person lives; the area keeps the file from then on',
      zh: '登记居住地，档案随之归属',
    },
    PhoneRecorded: { version: 1, en: 'By which telephone the person is reached', zh: '登记联系电话' },
    DisabilityCardRecorded: {
      version: 1,
      en: 'What the disability card says, or that there is none any more',
      zh: '登记残疾人证，或注明已失效',
    },
    IllnessesRecorded: { version: 1, en: 'Marks of illness, all that hold from then on', zh: '登记患病情况（全量）' },
    SchoolingRecorded: { version: 1, en: 'What the person attends or has attended', zh: '登记就学情况' },
    EmploymentRecorded: { version: 1, en: 'Whether and how the person works', zh: '登记就业状况' },
    WorkAbilityRecorded: { version: 1, en: 'Whether the person is able to work', zh: '登记劳动能力' },
    CareNeedRecorded: {
      version: 1,
      en: 'For how many months the person needs long-term care',
      zh: '登记需要长期照护的月数',
    },
    GuardianRecorded: { version: 1, en: 'Who acts for the person', zh: '登记监护人' },
    DeathRecorded: { version: 1, en: 'The person died', zh: '登记死亡' },
    FactWithdrawn: { version: 1, en: 'A fact was recorded by mistake and never held', zh: '撤销误登的情况' },
    AccountRecorded: { version: 1, en: 'The account that was given with the registration', zh: '随登记录入账户' },
    AccountCorrected: { version: 1, en: 'Another account was proposed', zh: '提出变更账户' },
    AccountConfirmed: {
      version: 1,
      en: 'A second person confirmed it; from then on it is the person’s account',
      zh: '由另一人确认，此后即为该人员账户',
    },
    AccountRejected: { version: 1, en: 'A second person turned the proposed account down', zh: '由另一人驳回账户变更' },
    PersonMerged: {
      version: 1,
      en: 'This file and another are of one person; the other goes on',
      zh: '与另一档案系同一人，并入该档案',
    },
    PersonMergeUndone: { version: 1, en: 'They are two persons after all', zh: '撤销并档，确系两人' },
    DoubleDismissed: {
      version: 1,
      en: 'This file and another look alike and are of two persons',
      zh: '与另一档案相似，经核实系两人',
    },
  },
  personal: personPersonalFields,
} as const satisfies EventRegister<PersonEvent['type']>;
