import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  isUUID,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateNested,
  type ValidationArguments,
} from 'class-validator';
import { addRuleText, IsAmount, IsAreaCode, IsLocalDate, makeRule, PageQuery } from '#libs/platform';
import {
  assetKinds,
  notCountedReasons,
  relations,
  singleFilingGrounds,
  spendingKinds,
  type DeclaredAsset,
  type DeclaredSpending,
  type NotCountedReason,
  type Relation,
  type SingleFilingGround,
} from '../domain/household.facts.js';
import { PaperedBody } from './facts.dto.js';
import { PersonBody } from './person.dto.js';

/** How many belong to one household at most. */
export const MOST_MEMBERS = 30;

/** How a member belongs to the household. */
export class StandingBody {
  /** Exactly one member is the applicant. */
  @IsIn(relations)
  relation!: Relation;

  /** Whether they count in the household's size; they do where nothing is said. */
  @IsOptional()
  @IsBoolean()
  counts?: boolean;

  /** Why they do not count; then `counts` may be left out. */
  @IsOptional()
  @IsIn(notCountedReasons)
  notCounted?: NotCountedReason;
}

addRuleText('isOnePerson', {
  en: 'Either personId, the id of somebody registered, or person, who is to be registered; not both.',
  zh: '已登记人员填写 personId，待登记人员填写 person，二者必居其一。',
});

/** The id of somebody registered, where there is no `person` beside it. */
const OnePerson = (): PropertyDecorator =>
  ValidateBy({
    name: 'isOnePerson',
    validator: {
      validate: (value: unknown, args?: ValidationArguments): boolean => {
        const isNew = (args?.object as MemberBody).person !== undefined;
        return isNew ? value === undefined : isUUID(value);
      },
    },
  });

/** A member: somebody registered (`personId`) or somebody new (`person`). */
export class MemberBody extends StandingBody {
  @ApiProperty({ required: false, format: 'uuid', description: 'Somebody registered; either this or `person`.' })
  @OnePerson()
  personId?: string;

  /** Somebody new. A number that is registered under the same name leads to the person who has it. */
  @IsOptional()
  @ValidateNested()
  @Type(() => PersonBody)
  person?: PersonBody;
}

const IsNetAmount = makeRule('isNetAmount', (value) => Number.isSafeInteger(value), {
  en: 'An amount in the minor unit is expected: a whole number, below 0 for a net loss.',
  zh: '应为以分为单位的金额（整数），净亏损为负数。',
});

/** A part of income. */
export class IncomePartBody {
  @IsIn(['wages', 'business', 'property', 'transfers', 'other'])
  kind!: 'wages' | 'business' | 'property' | 'transfers' | 'other';

  /** Minor units (fen) earned over `months`, below 0 for a net loss; never divided before use. */
  @IsNetAmount()
  amount!: number;

  /** Months over which the amount was earned. */
  @IsInt()
  @Min(1)
  @Max(120)
  months!: number;

  /** The ground on which it may be left out. @example central-basic-pension */
  @IsOptional()
  @IsString()
  @Length(1, 60)
  exemption?: string;
}

/** An asset: its value, and how many where it is counted. */
export class AssetBody {
  @IsIn(assetKinds)
  kind!: DeclaredAsset['kind'];

  /** Minor units (fen). */
  @IsAmount()
  value!: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  count?: number;

  @IsOptional()
  @IsString()
  @Length(1, 200)
  description?: string;
}

/** Essential spending that the household bears itself. */
export class SpendingBody {
  @IsIn(spendingKinds)
  kind!: DeclaredSpending['kind'];

  /** Minor units (fen) spent over `months`; never divided before use. */
  @IsAmount()
  amount!: number;

  @IsInt()
  @Min(1)
  @Max(120)
  months!: number;
}

/** Whose it is, by the place in `members` from 0; absent where it is the household's. */
const OfMember = (): PropertyDecorator => (target, key) => {
  for (const rule of [IsOptional(), IsInt(), Min(0), Max(MOST_MEMBERS - 1)]) rule(target, key);
};

export class IncomeOfMemberBody extends IncomePartBody {
  /** Whose it is, by the place in `members` from 0; the household's where it is left out. */
  @ApiProperty({ required: false, type: 'integer' })
  @OfMember()
  member?: number;
}

export class AssetOfMemberBody extends AssetBody {
  /** Whose it is, by the place in `members` from 0; the household's where it is left out. */
  @ApiProperty({ required: false, type: 'integer' })
  @OfMember()
  member?: number;
}

export class SpendingOfMemberBody extends SpendingBody {
  /** Whose it is, by the place in `members` from 0; the household's where it is left out. */
  @ApiProperty({ required: false, type: 'integer' })
  @OfMember()
  member?: number;
}

export class RegisterHouseholdBody extends PaperedBody {
  /** Code of the area where the household lives. @example 430225100201 */
  @IsAreaCode()
  area!: string;

  @IsIn(['rural', 'urban'])
  residence!: 'rural' | 'urban';

  /** Everyone who belongs to it, in the household's order. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_MEMBERS)
  @ValidateNested({ each: true })
  @Type(() => MemberBody)
  members!: MemberBody[];

  /** On what ground the one member who counts files alone. */
  @IsOptional()
  @IsIn(singleFilingGrounds)
  singleFiling?: SingleFilingGround;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => IncomeOfMemberBody)
  income?: IncomeOfMemberBody[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => AssetOfMemberBody)
  assets?: AssetOfMemberBody[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => SpendingOfMemberBody)
  spending?: SpendingOfMemberBody[];
}

export class HouseholdsQuery extends PageQuery {
  /** Only households of this area and below. */
  @IsOptional()
  @IsAreaCode()
  area?: string;

  /** Show the households that lived there on this day; today where it is left out. @example 2025-09-01 */
  @IsOptional()
  @IsLocalDate()
  effective?: string;

  /** Start of the household's number, or what a member is found by. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  search?: string;
}

/** What a command to a household is answered with; no personal data. */
export class HouseholdAnswer {
  id!: string;
  /** Revision of the household; also the ETag. */
  revision!: string;
  /** Opaque log position for `waitFor`. */
  position!: string;
  /** The number that people can say on the telephone. @example 430225-2025-000001 */
  number!: string;
}

export class RegisteredMemberAnswer {
  personId!: string;
  /** Somebody who had been registered before. */
  existing!: boolean;
}

export class RegisteredHouseholdAnswer extends HouseholdAnswer {
  /** In the order of the request. */
  members!: RegisteredMemberAnswer[];
}
