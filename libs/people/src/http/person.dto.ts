import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
  type ValidationArguments,
} from 'class-validator';
import { addRuleText, IsAreaCode, IsLocalDate } from '#libs/platform';
import {
  employmentStatuses,
  hukouKinds,
  illnessKinds,
  schoolingStages,
  sexes,
  workAbilities,
  type Employment,
  type HukouKind,
  type Illness,
  type Schooling,
  type Sex,
  type WorkAbility,
} from '../domain/person.facts.js';

const documentKinds = ['resident-number', 'passport', 'other', 'none', 'unknown'] as const;
type DocumentKind = (typeof documentKinds)[number];

addRuleText('isOfDocument', {
  en: 'Text of 1 to 60 characters, needed for documents of the kinds {limit} and for no others.',
  zh: '应为 1 至 60 个字符的文本；仅当证件类型为 {limit} 时填写，且必须填写。',
});

/** A text that documents of these kinds have, and the others have not. */
const OfDocument = (...kinds: DocumentKind[]): PropertyDecorator =>
  ValidateBy({
    name: 'isOfDocument',
    constraints: [kinds.join(', ')],
    validator: {
      validate: (value: unknown, args?: ValidationArguments): boolean => {
        const { kind } = args?.object as IdentityDocumentBody;
        if (!kinds.includes(kind)) return value === undefined;
        return typeof value === 'string' && value.trim() !== '' && [...value].length <= 60;
      },
    },
  });

/** By what a person proves who they are. */
export class IdentityDocumentBody {
  /** `none`: no papers at hand; `unknown`: nobody knows who the person is. */
  @IsIn(documentKinds)
  kind!: DocumentKind;

  /** An identity number of 18 characters or an old one of 15, the number of a passport or of another paper. */
  @OfDocument('resident-number', 'passport', 'other')
  number?: string;

  /** Of a passport the country, ISO 3166 alpha-3; of another paper the authority. @example CHN */
  @OfDocument('passport', 'other')
  issuer?: string;

  /** What kind of paper it is. @example birth certificate */
  @OfDocument('other')
  name?: string;
}

/** Who a person is. Birth date and sex are taken from an identity number where they are left out. */
export class IdentityBody {
  /** As on the document; for a person without one, as people call them. */
  @IsString()
  @Length(1, 100)
  name!: string;

  /** The name in another script: Latin letters on a passport, a minority's own script. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  otherName?: string;

  /** `{ "kind": "none" }` where it is left out. */
  @IsOptional()
  @ValidateNested()
  @Type(() => IdentityDocumentBody)
  document?: IdentityDocumentBody;

  /** @example 1970-03-05 */
  @IsOptional()
  @IsLocalDate()
  birthDate?: string;

  @IsOptional()
  @IsIn(sexes)
  sex?: Sex;

  /** Two digits of the national list (GB/T 3304). @example 01 */
  @IsOptional()
  @Matches(/^\d{2}$/)
  ethnicGroup?: string;
}

/** Where and in which register a person's hukou is. */
export class HukouBody {
  /** Code of the area of the register, by the codes of its time. @example 430225100201 */
  @IsAreaCode()
  area!: string;

  @IsIn(hukouKinds)
  kind!: HukouKind;

  @IsOptional()
  @IsString()
  @Length(1, 200)
  address?: string;
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

export class DisabilityBody {
  /** The kind on the certificate. */
  @IsIn(['visual', 'hearing', 'speech', 'hearing-speech', 'physical', 'intellectual', 'mental', 'multiple'])
  category!: 'visual' | 'hearing' | 'speech' | 'hearing-speech' | 'physical' | 'intellectual' | 'mental' | 'multiple';

  /** 1 is the most severe. */
  @IsIn([1, 2, 3, 4])
  level!: 1 | 2 | 3 | 4;

  /** That of the certificate. */
  @IsOptional()
  @IsString()
  @Length(1, 40)
  number?: string;

  /** @example 2030-12-31 */
  @IsOptional()
  @IsLocalDate()
  validUntil?: string;
}

export class IllnessBody {
  @IsIn(illnessKinds)
  kind!: Illness['kind'];

  /** In words, as on the certificate. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  name?: string;
}

export class SchoolingBody {
  @IsIn(schoolingStages)
  stage!: Schooling['stage'];

  @IsBoolean()
  fullTime!: boolean;

  @IsOptional()
  @IsString()
  @Length(1, 100)
  school?: string;
}

export class EmploymentBody {
  @IsIn(employmentStatuses)
  status!: Employment['status'];

  @IsOptional()
  @IsString()
  @Length(1, 100)
  employer?: string;
}

/** Who acts for a person. */
export class GuardianBody {
  @IsString()
  @Length(1, 100)
  name!: string;

  /** @example grandmother */
  @IsString()
  @Length(1, 40)
  relation!: string;

  /** Where they are registered too. */
  @IsOptional()
  @IsUUID()
  personId?: string;

  @IsOptional()
  @IsString()
  @Length(3, 30)
  phone?: string;
}

/** What is known of a person; left out is unknown. */
export class PersonBody extends IdentityBody {
  @IsOptional()
  @ValidateNested()
  @Type(() => HukouBody)
  hukou?: HukouBody;

  /** Where in the area of the file the person lives. */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  address?: string;

  @IsOptional()
  @IsString()
  @Length(3, 30)
  phone?: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => AccountBody)
  account?: AccountBody;

  @IsOptional()
  @ValidateNested()
  @Type(() => DisabilityBody)
  disability?: DisabilityBody;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => IllnessBody)
  illnesses?: IllnessBody[];

  @IsOptional()
  @ValidateNested()
  @Type(() => SchoolingBody)
  schooling?: SchoolingBody;

  @IsOptional()
  @ValidateNested()
  @Type(() => EmploymentBody)
  employment?: EmploymentBody;

  /** Ability to work. */
  @IsOptional()
  @IsIn(workAbilities)
  ability?: WorkAbility;

  /** Months for which long-term care is needed, as certified. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(1200)
  careNeedMonths?: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => GuardianBody)
  guardian?: GuardianBody;
}

export class RegisterPersonBody extends PersonBody {
  /** Code of the area that keeps the file: where the person lives. @example 430225100201 */
  @IsAreaCode()
  area!: string;

  /** The day from which all of it is so; today where it is left out. @example 2025-09-01 */
  @IsOptional()
  @IsLocalDate()
  happenedOn?: string;

  /** The day the office came to know it. @example 2025-09-03 */
  @IsOptional()
  @IsLocalDate()
  knownOn?: string;

  /** How the office knows. */
  @IsOptional()
  @IsIn(['declared', 'verified'])
  source?: 'declared' | 'verified';
}
