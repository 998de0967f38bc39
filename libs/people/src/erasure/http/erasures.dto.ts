import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '#libs/platform';
import type { RetentionClass } from '../../domain/identity/field-class.js';
import type { ErasureStatus } from '../erasure.js';
import {
  erasureGrounds,
  subjectKinds,
  type ErasureGround,
  type HoldCode,
  type Leftover,
  type RefusalReason,
  type SubjectKind,
} from '../erasure.events.js';

const terms = ['approval-file', 'management-file', 'accounting'] as const satisfies readonly RetentionClass[];
const statuses = [
  'requested',
  'refused',
  'approved',
  'keys-destroyed',
  'completed',
] as const satisfies readonly ErasureStatus[];
const officersReasons = ['not-grounded', 'wrong-subject', 'withdrawn'] as const satisfies readonly RefusalReason[];

export class RequestErasureBody {
  /** Whose data: a person's, or what belongs to a household as a whole. */
  @IsIn(subjectKinds)
  kind!: SubjectKind;

  /** Id of the person or household. */
  @IsUUID()
  id!: string;

  /** Terms of keeping whose data are to be erased; all where left out. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(terms, { each: true })
  retentions?: RetentionClass[];

  /** On what ground. */
  @IsIn(erasureGrounds)
  ground!: ErasureGround;
}

export class RefuseErasureBody {
  @IsIn(officersReasons)
  reason!: (typeof officersReasons)[number];
}

export class ApproveErasureBody {}

export class ErasuresQuery extends PageQuery {
  /** Only erasures that stand so. */
  @IsOptional()
  @IsIn(statuses)
  status?: ErasureStatus;
}

/** What a command is answered with. A request that the law stands against is recorded, and answered with `refused`. */
export class ErasureAnswer {
  id!: string;
  /** Revision of the erasure; also the ETag. */
  revision!: string;
  /** Opaque log position for `waitFor`. */
  position!: string;
  /** One of requested, refused, approved, keys-destroyed, completed. */
  status!: string;
}

/** What stands against an erasure. */
export class HoldView {
  code!: HoldCode;
  /** The first day on which it stands against it no more; left out where that is not foreseeable. */
  until?: string;
}

export class ErasureListItem {
  id!: string;
  kind!: SubjectKind;
  /** Id of the person or household. */
  subjectId!: string;
  retentions!: RetentionClass[];
  ground!: ErasureGround;
  status!: ErasureStatus;
  area!: string;
  requestedOn!: string;
  /** The first day on which it is possible; of one that is held. */
  possibleFrom?: string;
}

export class ErasurePage {
  items!: ErasureListItem[];
  /** Absent on the last page. */
  nextCursor?: string;
}

/** What the clean-up came to. */
export class CompletionView {
  keys!: number;
  tablesRewritten!: number;
  buildsRemoved!: number;
  walSegmentsRemoved!: number;
  /** What could not be done from here; the guide says what bounds it. */
  left!: Leftover[];
}

export class ErasureView extends ErasureListItem {
  requestedBy!: string;
  /** Why it was turned down. */
  reason?: RefusalReason;
  /** What stood against it. */
  holds!: HoldView[];
  approvedBy?: string;
  approvedOn?: string;
  /** How many keys were destroyed. */
  keysDestroyed!: number;
  completion?: CompletionView;
  revision!: string;
  position!: string;
}
