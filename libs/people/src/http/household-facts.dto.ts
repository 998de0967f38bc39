import { ApiProperty } from '@nestjs/swagger';
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
  ValidateNested,
} from 'class-validator';
import { IsAmount, IsAreaCode } from '#libs/platform';
import {
  departureReasons,
  liableRelations,
  singleFilingGrounds,
  type DepartureReason,
  type LiableRelative,
  type SingleFilingGround,
} from '../domain/household.facts.js';
import { FactBody, OrNull, PaperedBody } from './facts.dto.js';
import {
  AssetBody,
  HouseholdAnswer,
  IncomePartBody,
  MemberBody,
  MOST_MEMBERS,
  SpendingBody,
  StandingBody,
} from './household.dto.js';

/** A member by id, with how they belong from then on. */
export class MemberStandingBody extends StandingBody {
  @IsUUID()
  personId!: string;
}

/** Where it comes from is said of all of it. */
export class JoinBody extends FactBody {
  @ValidateNested()
  @Type(() => MemberBody)
  member!: MemberBody;

  /** Members whose place changes with it, such as a new applicant. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_MEMBERS)
  @ValidateNested({ each: true })
  @Type(() => MemberStandingBody)
  standings?: MemberStandingBody[];
}

export class DepartureBody extends FactBody {
  @IsUUID()
  personId!: string;

  /** Why they belong to the household no more. */
  @IsIn(departureReasons)
  departure!: DepartureReason;

  /** Id of the household that they went to, where it is known. */
  @IsOptional()
  @IsUUID()
  toHousehold?: string;

  /** Members whose place changes with it, such as a new applicant. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_MEMBERS)
  @ValidateNested({ each: true })
  @Type(() => MemberStandingBody)
  standings?: MemberStandingBody[];
}

export class StandingChangeBody extends FactBody {
  /** All whose place changes. Where it is a correction, one. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_MEMBERS)
  @ValidateNested({ each: true })
  @Type(() => MemberStandingBody)
  standings!: MemberStandingBody[];
}

export class MoveBody extends FactBody {
  /** Code of the area in which the household lives from then on; it keeps the file. @example 430225100201 */
  @IsAreaCode()
  area!: string;

  /** As before where it is left out. */
  @IsOptional()
  @IsIn(['rural', 'urban'])
  residence?: 'rural' | 'urban';

  @IsOptional()
  @IsString()
  @Length(1, 200)
  address?: string;
}

/** A split cannot be corrected: it is withdrawn, and recorded as it was. */
export class SplitBody extends PaperedBody {
  /** Those who form a household of their own, with an applicant among them. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_MEMBERS)
  @ValidateNested({ each: true })
  @Type(() => MemberStandingBody)
  members!: MemberStandingBody[];

  /** Code of the area where they live; that of the household where it is left out. @example 430225100201 */
  @IsOptional()
  @IsAreaCode()
  area?: string;

  @IsOptional()
  @IsIn(['rural', 'urban'])
  residence?: 'rural' | 'urban';

  /** Those who stay and whose place changes with it, such as a new applicant. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_MEMBERS)
  @ValidateNested({ each: true })
  @Type(() => MemberStandingBody)
  standings?: MemberStandingBody[];
}

/** A merge cannot be corrected: it is withdrawn, and recorded as it was. */
export class MergeHouseholdBody extends PaperedBody {
  /** Id of the household that they join; it goes on. */
  @IsUUID()
  into!: string;

  /** Every member, with their place in the other household. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_MEMBERS)
  @ValidateNested({ each: true })
  @Type(() => MemberStandingBody)
  members!: MemberStandingBody[];
}

/** Nobody belongs to the household any more. */
export class EndHouseholdBody extends FactBody {}

export class SingleFilingBody extends FactBody {
  @IsUUID()
  personId!: string;

  /** On what ground the person files alone; `null`: no longer. */
  @ApiProperty({ enum: singleFilingGrounds, nullable: true })
  @OrNull()
  @IsIn(singleFilingGrounds)
  ground!: SingleFilingGround | null;

  /** Members whose place changes with it: nobody else counts. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_MEMBERS)
  @ValidateNested({ each: true })
  @Type(() => MemberStandingBody)
  standings?: MemberStandingBody[];
}

export class DeclaredIncomeBody extends IncomePartBody {
  /** Whose it is; the household's where it is left out. */
  @IsOptional()
  @IsUUID()
  personId?: string;
}

export class DeclareIncomeBody extends FactBody {
  /** All income from then on. */
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => DeclaredIncomeBody)
  parts!: DeclaredIncomeBody[];
}

export class DeclaredAssetBody extends AssetBody {
  /** Whose it is; the household's where it is left out. */
  @IsOptional()
  @IsUUID()
  personId?: string;
}

export class DeclareAssetsBody extends FactBody {
  /** All assets from then on. */
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => DeclaredAssetBody)
  assets!: DeclaredAssetBody[];
}

export class DeclaredSpendingBody extends SpendingBody {
  /** For whom; for the household where it is left out. */
  @IsOptional()
  @IsUUID()
  personId?: string;
}

export class DeclareSpendingBody extends FactBody {
  /** All essential spending from then on. */
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => DeclaredSpendingBody)
  parts!: DeclaredSpendingBody[];
}

/** Somebody outside with a legal duty of support. */
export class LiableRelativeBody {
  @IsString()
  @Length(1, 100)
  name!: string;

  @IsIn(liableRelations)
  relation!: LiableRelative['relation'];

  /** Where they are registered. */
  @IsOptional()
  @IsUUID()
  personId?: string;

  @IsOptional()
  @IsString()
  @Length(3, 30)
  phone?: string;

  /** Minor units (fen) a month, where it is settled. */
  @IsOptional()
  @IsAmount()
  monthlySupport?: number;
}

export class RecordLiableRelativeBody extends FactBody {
  /** The one that is recorded anew; somebody new where it is left out. */
  @IsOptional()
  @IsUUID()
  relativeId?: string;

  /** `null`: there is no such duty any more. */
  @ApiProperty({ type: LiableRelativeBody, nullable: true })
  @OrNull()
  @ValidateNested()
  @Type(() => LiableRelativeBody)
  relative!: LiableRelativeBody | null;
}

export class JoinAnswer extends HouseholdAnswer {
  /** Id of the member. */
  personId!: string;
}

export class SplitAnswer extends HouseholdAnswer {
  /** Id of the household that the members form; it is there a moment later. */
  into!: string;
}

export class LiableRelativeAnswer extends HouseholdAnswer {
  relativeId!: string;
}
