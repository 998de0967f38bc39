import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsAmount, IsAreaCode, IsLocalDate, PageQuery } from '#libs/platform';
import { relations, type Relation } from '../domain/household.events.js';

/** The day a fact happened and the day the office came to know it; both are today where they are left out. */
export class FactDatesBody {
  /** @example 2025-09-01 */
  @IsOptional()
  @IsLocalDate()
  happenedOn?: string;

  /** @example 2025-09-01 */
  @IsOptional()
  @IsLocalDate()
  knownOn?: string;
}

export class DisabilityBody {
  /** The kind on the certificate. */
  @IsIn(['visual', 'hearing', 'speech', 'hearing-speech', 'physical', 'intellectual', 'mental', 'multiple'])
  category!: 'visual' | 'hearing' | 'speech' | 'hearing-speech' | 'physical' | 'intellectual' | 'mental' | 'multiple';

  /** 1 is the most severe. */
  @IsIn([1, 2, 3, 4])
  level!: 1 | 2 | 3 | 4;
}

export class AccountBody {
  @IsString()
  @Length(1, 100)
  bank!: string;

  /** Number of the account. */
  @IsString()
  @Length(8, 34)
  number!: string;

  /** In whose name it stands. */
  @IsString()
  @Length(1, 100)
  holder!: string;
}

export class MemberBody {
  @IsString()
  @Length(1, 100)
  name!: string;

  /** Exactly one member is the applicant. */
  @IsIn(relations)
  relation!: Relation;

  @IsLocalDate()
  birthDate!: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => DisabilityBody)
  disability?: DisabilityBody;

  @IsOptional()
  @ValidateNested()
  @Type(() => AccountBody)
  account?: AccountBody;
}

export class RegisterHouseholdBody extends FactDatesBody {
  /** Code of the area where the household lives. @example 430225100201 */
  @IsAreaCode()
  area!: string;

  @IsIn(['rural', 'urban'])
  residence!: 'rural' | 'urban';

  /** Everyone who lives together, in the household's order. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(30)
  @ValidateNested({ each: true })
  @Type(() => MemberBody)
  members!: MemberBody[];
}

export class IncomePartBody {
  @IsIn(['wages', 'business', 'property', 'transfers', 'other'])
  kind!: 'wages' | 'business' | 'property' | 'transfers' | 'other';

  /** Minor units (fen) earned over `months`; never divided before use. */
  @IsAmount()
  amount!: number;

  /** Months over which the amount was earned. */
  @IsInt()
  @Min(1)
  @Max(120)
  months!: number;
}

export class DeclareIncomeBody extends FactDatesBody {
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => IncomePartBody)
  parts!: IncomePartBody[];
}

export class RecordCareNeedBody extends FactDatesBody {
  @IsUUID()
  personId!: string;

  /** Months for which long-term care is needed. */
  @IsInt()
  @Min(0)
  @Max(1200)
  months!: number;
}

export class CorrectAccountBody extends FactDatesBody {
  @IsUUID()
  personId!: string;

  @IsString()
  @Length(1, 100)
  bank!: string;

  @IsString()
  @Length(8, 34)
  number!: string;

  @IsString()
  @Length(1, 100)
  holder!: string;

  /** Why the account changes. */
  @IsString()
  @Length(1, 500)
  reason!: string;
}

export class ConfirmAccountBody {
  /** Id of the proposed account. */
  @IsUUID()
  accountId!: string;
}

export class HouseholdsQuery extends PageQuery {
  /** Only households of this area and below. */
  @IsOptional()
  @IsAreaCode()
  area?: string;

  /** Start of the household's number, or part of the applicant's name. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  search?: string;
}

/** What a command is answered with. */
export class HouseholdAnswer {
  id!: string;
  /** Revision of the household; also the ETag. */
  revision!: string;
  /** Opaque log position for `waitFor`. */
  position!: string;
  /** The number that people can say on the telephone. @example 430225-2025-000001 */
  number!: string;
}

export class AccountView {
  accountId!: string;
  bank!: string;
  /** The last four digits. */
  numberMasked!: string;
  /** Day on which a second person confirmed it; absent for one given at registration. */
  confirmedOn?: string;
}

export class MemberView {
  personId!: string;
  name!: string;
  relation!: string;
  birthDate!: string;
  disability?: DisabilityBody;
  careNeedMonths?: number;
  account?: AccountView;
  /** Waits for a second person. */
  proposedAccount?: AccountView;
}

export class IncomeView {
  parts!: IncomePartBody[];
  happenedOn!: string;
  knownOn!: string;
}

export class HouseholdView {
  id!: string;
  number!: string;
  area!: string;
  residence!: string;
  members!: MemberView[];
  income?: IncomeView;
  revision!: string;
  position!: string;
}

export class HouseholdListItem {
  id!: string;
  number!: string;
  area!: string;
  residence!: string;
  applicantName!: string;
  memberCount!: number;
}

export class HouseholdPage {
  items!: HouseholdListItem[];
  /** Absent on the last page. */
  nextCursor?: string;
}
