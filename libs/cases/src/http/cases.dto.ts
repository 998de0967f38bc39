import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsAreaCode, IsLocalDate, IsMonth, PageQuery } from '#libs/platform';
import { schemeIds, type SchemeId } from '#libs/schemes';
import type { RecheckKind } from '../domain/case.events.js';
import { caseStatuses, type CaseStatus } from '../domain/case.state.js';

/** The day a fact happened and the day the office came to know it; both are today where they are left out. */
export class CaseFactDatesBody {
  /** @example 2025-09-01 */
  @IsOptional()
  @IsLocalDate()
  happenedOn?: string;

  /** @example 2025-09-01 */
  @IsOptional()
  @IsLocalDate()
  knownOn?: string;
}

export class SubmitApplicationBody extends CaseFactDatesBody {
  @IsIn(schemeIds)
  scheme!: SchemeId;

  @IsUUID()
  householdId!: string;

  /** The member for whom it is, in a scheme for one person. */
  @IsOptional()
  @IsUUID()
  personId?: string;
}

/** A command that says all by its name. */
export class NothingMoreBody {}

export class ReasonBody {
  @IsString()
  @Length(1, 1000)
  reason!: string;
}

export class WithdrawApplicationBody extends CaseFactDatesBody {
  @IsString()
  @Length(1, 1000)
  reason!: string;
}

export class RecordHomeVisitBody {
  /** @example 2025-09-03 */
  @IsLocalDate()
  visitedOn!: string;

  /** Subjects of the officers who made the visit, the lead first; two at least, and the caller is one of them. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  investigators!: string[];

  /** The member who was present. */
  @IsUUID()
  memberPresent!: string;

  /** What was found; no names, illnesses or disabilities. */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  findings?: string;
}

export class SourceResultBody {
  /** Name of the source. @example real-estate */
  @IsString()
  @Length(1, 100)
  source!: string;

  /** Date of the source's data. */
  @IsLocalDate()
  asOf!: string;

  /** `not-available` is never the same as `nothing`. */
  @IsIn(['nothing', 'as-declared', 'differs', 'not-available'])
  result!: 'nothing' | 'as-declared' | 'differs' | 'not-available';
}

export class RecordVerificationReportBody {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => SourceResultBody)
  sources!: SourceResultBody[];

  /** Today where it is left out. */
  @IsOptional()
  @IsLocalDate()
  issuedOn?: string;
}

export class GivePreliminaryOpinionBody {
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  reason?: string;
}

export class PostNoticeBody {
  /** Where it hangs. @example village board */
  @IsString()
  @Length(1, 200)
  place!: string;
}

export class RecordObjectionBody extends CaseFactDatesBody {
  /** What is objected; never who objects. */
  @IsString()
  @Length(1, 1000)
  grounds!: string;
}

export class OpenRecheckBody {
  @IsIn(['annual', 'change'])
  kind!: RecheckKind;
}

export class StopAwardBody extends ReasonBody {
  /** The last month that is paid. @example 2026-03 */
  @IsMonth()
  lastMonth!: string;
}

export class CaseloadQueryDto extends PageQuery {
  /** Only cases of this area and below. */
  @IsOptional()
  @IsAreaCode()
  area?: string;

  @IsOptional()
  @IsIn(schemeIds)
  scheme?: SchemeId;

  @IsOptional()
  @IsIn(caseStatuses)
  status?: CaseStatus;

  /** Subject of the officer who last acted. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  officer?: string;

  @IsOptional()
  @IsUUID()
  household?: string;

  /** Start of a case's or household's number, or part of an applicant's name. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  search?: string;
}

export class AwardsQueryDto extends PageQuery {
  @IsOptional()
  @IsAreaCode()
  area?: string;

  @IsOptional()
  @IsIn(schemeIds)
  scheme?: SchemeId;

  @IsOptional()
  @IsUUID()
  household?: string;

  @IsOptional()
  @IsUUID()
  case?: string;
}

/** What a command is answered with. */
export class CaseAnswer {
  id!: string;
  /** Revision of the case; also the ETag. */
  revision!: string;
  /** Opaque log position for `waitFor`. */
  position!: string;
  /** The number that people can say on the telephone. @example 430225-2025-000002 */
  number!: string;
}

export class CaseListItem {
  id!: string;
  number!: string;
  scheme!: string;
  status!: string;
  area!: string;
  householdId!: string;
  householdNumber!: string;
  personId?: string;
  /** Subject of the officer who last acted. */
  officer!: string;
  /** Minor units a month. */
  monthlyAmount?: number;
  fromMonth?: string;
  appliedOn!: string;
  noticeEndsOn?: string;
  recheckDueOn?: string;
  revision!: string;
}

export class CaseCountsView {
  total!: number;
  /** Cases by status; a status without cases is left out. */
  byStatus!: Record<string, number>;
}

export class CasePage {
  items!: CaseListItem[];
  /** Absent on the last page. */
  nextCursor?: string;
  /** Over all pages. */
  counts!: CaseCountsView;
}

export class NoticeView {
  place!: string;
  postedOn!: string;
  /** The last day, to 24:00. */
  endsOn!: string;
  /** True where the list of holidays for that day is not published yet. */
  provisional!: boolean;
}

export class AwardTermView {
  fromMonth!: string;
  /** Minor units a month; 0 after a stop. */
  monthlyAmount!: number;
  decidedOn!: string;
}

export class AwardView {
  fromMonth!: string;
  /** Minor units a month. */
  monthlyAmount!: number;
  /** Every term in the order of the decisions; a later one holds from its first month on. */
  terms!: AwardTermView[];
}

export class TraceLineView {
  step!: string;
  /** An integer or `n/d` in minor units, or yes/no. */
  value!: string;
  basis?: string;
}

export class ProposalView {
  proposal!: string;
  monthlyAmount!: number;
  by!: string;
  decidedOn!: string;
  /** The arithmetic, step by step; empty for those who are not shown what the family has. */
  trace!: TraceLineView[];
  /** Why not, by code. */
  reasons!: string[];
}

export class CaseView {
  id!: string;
  number!: string;
  scheme!: string;
  status!: string;
  area!: string;
  /** What the area was called on the day of the application, whatever became of it; by `Accept-Language`. */
  areaName!: string;
  householdId!: string;
  personId?: string;
  appliedOn!: string;
  notice?: NoticeView;
  proposal?: ProposalView;
  award?: AwardView;
  recheckDueOn?: string;
  /** ISO 4217 code of all amounts. */
  currency!: string;
  revision!: string;
  position!: string;
}

export class AwardListItem {
  caseId!: string;
  number!: string;
  scheme!: string;
  householdId!: string;
  personId?: string;
  fromMonth!: string;
  /** Minor units a month; 0 after a stop. */
  monthlyAmount!: number;
  decidedOn!: string;
  position!: string;
}

export class AwardPage {
  items!: AwardListItem[];
  /** Absent on the last page. */
  nextCursor?: string;
}
