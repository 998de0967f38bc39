import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsAmount, IsAreaCode, IsLocalDate, IsMonth, PageQuery } from '#libs/platform';
import { schemeIds, type SchemeId } from '#libs/schemes';

const runKinds = ['regular', 'supplementary'] as const;
const runStatuses = ['listed', 'checked', 'sent', 'reconciled'] as const;
const answerStates = ['credited', 'rejected', 'returned'] as const;
const reasons = ['AC01', 'AC04', 'AC06', 'BE01', 'AM05', 'AM04', 'MD07', 'AG01', 'NARR'] as const;

export class OpenPayRunBody {
  /** Code of the county. @example 430225 */
  @IsAreaCode()
  area!: string;

  @IsIn(schemeIds)
  scheme!: SchemeId;

  /** The month to pay. @example 2025-10 */
  @IsMonth()
  month!: string;

  /** The month's own list, or a supplementary one after it. Left out: `regular`. */
  @IsOptional()
  @IsIn(runKinds)
  kind?: 'regular' | 'supplementary';
}

/** A command without particulars. */
export class NoParticularsBody {}

export class BankAnswerLineBody {
  @IsUUID()
  lineId!: string;

  @IsIn(answerStates)
  state!: 'credited' | 'rejected' | 'returned';

  /**
   * Why it failed, by ISO 20022: AC01 wrong number, AC04 closed, AC06 blocked, BE01 name does not match, AM05 duplicate,
   * AM04 no funds, MD07 holder deceased, AG01 not allowed, NARR other. Needed unless credited.
   */
  @IsOptional()
  @IsIn(reasons)
  reason?: 'AC01' | 'AC04' | 'AC06' | 'BE01' | 'AM05' | 'AM04' | 'MD07' | 'AG01' | 'NARR';

  /** Date at the bank. */
  @IsLocalDate()
  on!: string;
}

export class BankAnswersBody {
  /** Number of the batch within the run. */
  @IsInt()
  @Min(1)
  batch!: number;

  /** One entry per line; what was told before changes nothing. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(5000)
  @ValidateNested({ each: true })
  @Type(() => BankAnswerLineBody)
  lines!: BankAnswerLineBody[];
}

export class ReissueBody {
  /** The rejected or returned line. */
  @IsUUID()
  lineId!: string;
}

/** The bank's own sums over the run, in the minor unit. */
export class ReconciliationBody {
  @IsAmount()
  sent!: number;

  @IsAmount()
  credited!: number;

  @IsAmount()
  rejected!: number;

  @IsAmount()
  returned!: number;
}

export class PayRunsQuery extends PageQuery {
  /** Only runs of this area and below. */
  @IsOptional()
  @IsAreaCode()
  area?: string;

  @IsOptional()
  @IsIn(schemeIds)
  scheme?: SchemeId;

  @IsOptional()
  @IsMonth()
  month?: string;

  @IsOptional()
  @IsIn(runStatuses)
  status?: 'listed' | 'checked' | 'sent' | 'reconciled';
}

export class PayLinesQuery extends PageQuery {
  @IsOptional()
  @IsUUID()
  household?: string;

  @IsOptional()
  @IsUUID()
  case?: string;

  /** The month for which lines are due. */
  @IsOptional()
  @IsMonth()
  month?: string;
}

/** What a command is answered with. */
export class PayRunAnswer {
  id!: string;
  /** Revision of the run; also the ETag. */
  revision!: string;
  /** Opaque log position for `waitFor`. */
  position!: string;
}

/** Sums over what was sent, in the minor unit: `sent` is the sum of the other four. */
export class PayRunSums {
  sent!: number;
  /** Net of returns. */
  credited!: number;
  rejected!: number;
  returned!: number;
  /** Sent and not answered. */
  pending!: number;
}

/** Lines that were sent to the bank together. */
export class BatchView {
  batch!: number;
  sentOn!: string;
  sentBy!: string;
  lineCount!: number;
  controlSum!: number;
}

/** A due month that could not be listed; it comes up in a later run. */
export class LeftOutView {
  caseId!: string;
  month!: string;
  /** `ACCOUNT_NOT_CONFIRMED`: another account than was paid to before, which no second person has confirmed. */
  reason!: 'NO_ACCOUNT' | 'ACCOUNT_NOT_CONFIRMED';
}

/** A month for which more was listed than is due; recovered elsewhere, never here. */
export class OverpaidView {
  caseId!: string;
  month!: string;
  /** The excess, in the minor unit. */
  amount!: number;
}

export class PayRunListItem {
  id!: string;
  /** Code of the county. */
  area!: string;
  scheme!: string;
  month!: string;
  kind!: 'regular' | 'supplementary';
  /** 0 for the regular run, then 1, 2 … */
  sequence!: number;
  status!: 'listed' | 'checked' | 'sent' | 'reconciled';
  /** Lines of the list, without re-issues. */
  lineCount!: number;
  /** Their sum, in the minor unit. */
  controlSum!: number;
  sums!: PayRunSums;
  revision!: string;
}

export class PayRunPage {
  items!: PayRunListItem[];
  /** Absent on the last page. */
  nextCursor?: string;
}

export class PayRunView extends PayRunListItem {
  /** ISO 4217. */
  currency!: string;
  /** Position in the log up to which decisions count. */
  cutOff!: string;
  batches!: BatchView[];
  leftOut!: LeftOutView[];
  overpaid!: OverpaidView[];
  position!: string;
}

/** One payment. */
export class PayLineView {
  id!: string;
  runId!: string;
  caseId!: string;
  householdId!: string;
  /** Absent where the case is the household's. */
  personId?: string;
  kind!: 'regular' | 'arrears' | 'offset' | 're-issue';
  /** The month for which it is due. */
  month!: string;
  /** In the minor unit. */
  amount!: number;
  state!: 'credited' | 'rejected' | 'returned' | 'pending';
  /** Code of the budget item that pays. */
  fund!: string;
  /** Why it failed. */
  reason?: string;
  /** The failed line that this one repeats. */
  replaces?: string;
  /** Absent while it is not sent. */
  batch?: number;
}

export class PayLinePage {
  items!: PayLineView[];
  /** Absent on the last page. */
  nextCursor?: string;
}
