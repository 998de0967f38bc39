import type { EventRegister } from '#libs/event-sourcing/decider';
import type { RetentionClass } from '../domain/identity/field-class.js';

/** Whose data: a person's, or what belongs to a household as a whole. */
export const subjectKinds = ['person', 'household'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** Why data are to be erased. Coded, so that no free text is kept of the erased. Source: 个人信息保护法 art 47 */
export const erasureGrounds = ['term-over', 'purpose-met', 'consent-withdrawn', 'unlawful', 'other-law'] as const;
export type ErasureGround = (typeof erasureGrounds)[number];

/** Why an erasure is turned down: `held` where the law still wants the data kept. */
export const refusalReasons = ['held', 'not-grounded', 'wrong-subject', 'withdrawn'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** What stands against an erasure. */
export const holdCodes = [
  'open-case',
  'running-award',
  'open-objection',
  'unsettled-payment',
  'term-of-approval-file',
  'term-of-management-file',
  'term-of-accounting',
] as const;
export type HoldCode = (typeof holdCodes)[number];

/** `until`: the first day on which it stands against it no more; left out where that is not foreseeable. */
export interface Hold {
  readonly code: HoldCode;
  readonly until?: string;
}

/** What a clean-up could not do from here, for good; the guide says what then bounds it.. */
export const leftovers = [
  'no-checkpoint',
  'wal-recycled',
  'wal-kept',
  'wal-unknown',
  'wal-archived',
  'standby-servers',
] as const;
export type Leftover = (typeof leftovers)[number];

type Recorded<Type extends string, Data extends object> = { readonly type: Type; readonly data: Data };

export type ErasureRequested = Recorded<
  'ErasureRequested',
  {
    /** The stream whose keys are to be destroyed: `person-<id>` or `household-<id>`. */
    readonly subject: string;
    readonly kind: SubjectKind;
    /** The terms whose keys are to be destroyed. */
    readonly retentions: readonly RetentionClass[];
    readonly ground: ErasureGround;
    readonly area: string;
    readonly areaPath: string;
    /** A local date of the area. */
    readonly requestedOn: string;
    readonly requestedBy: string;
    readonly requestedAs: string;
  }
>;
export type ErasureRefused = Recorded<
  'ErasureRefused',
  {
    readonly reason: RefusalReason;
    readonly holds: readonly Hold[];
    /** The first day on which it is possible, by what is known today. */
    readonly possibleFrom?: string;
    readonly decidedOn: string;
    readonly refusedBy: string;
  }
>;
export type ErasureApproved = Recorded<
  'ErasureApproved',
  { readonly decidedOn: string; readonly approvedBy: string; readonly approvedAs: string }
>;
/** The keys are gone for good. From here on read models show the subject as erased, and processes forget these keys. */
export type SubjectKeyDestroyed = Recorded<
  'SubjectKeyDestroyed',
  {
    readonly subject: string;
    readonly retentions: readonly RetentionClass[];
    readonly keyIds: readonly string[];
    /** Streams whose keys of these terms were destroyed with the subject's: its cases. */
    readonly alongside?: readonly string[];
  }
>;
/** What old row versions, files and write-ahead segments held is gone too, as far as it could be done from here. */
export type ErasureCompleted = Recorded<
  'ErasureCompleted',
  {
    readonly keys: number;
    /** Of the clean-up, which is one for many erasures. */
    readonly tablesRewritten: number;
    readonly buildsRemoved: number;
    readonly walSegmentsRemoved: number;
    readonly left: readonly Leftover[];
  }
>;

export type ErasureEvent = ErasureRequested | ErasureRefused | ErasureApproved | SubjectKeyDestroyed | ErasureCompleted;

/** The stored names with the version of each shape and what it says. */
export const erasureEventTypes = {
  category: 'erasure',
  source: 'libs/people/src/erasure/erasure.events.ts',
  en: 'One erasure of a person’s or household’s data, from the request to its end. Holds no personal data.',
  zh: '一次个人或家庭信息的删除，自申请至完成。不含个人信息。',
  types: {
    ErasureRequested: {
      version: 1,
      en: 'Somebody asked that data of a subject be erased, with the terms and the ground',
      zh: '申请删除某主体的信息，附保存期限类别和依据',
    },
    ErasureRefused: {
      version: 1,
      en: 'It was turned down, with what stands against it and the first day on which it is possible',
      zh: '不予删除，附阻却事由及最早可删除日期',
    },
    ErasureApproved: { version: 1, en: 'A second person approved it', zh: '由另一人批准' },
    SubjectKeyDestroyed: {
      version: 1,
      en: 'The keys were destroyed: the subject’s data of these terms read as erased everywhere',
      zh: '密钥已销毁：该主体此类信息自此一律显示为已删除',
    },
    ErasureCompleted: {
      version: 1,
      en: 'What was left in tables, files and write-ahead segments is gone too; what could not be done is named',
      zh: '数据表、文件和预写日志段中的残留已清除，未能完成的事项予以列明',
    },
  },
} as const satisfies EventRegister<ErasureEvent['type']>;
