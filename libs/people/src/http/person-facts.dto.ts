import { ApiProperty } from '@nestjs/swagger';
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
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsAreaCode } from '#libs/platform';
import { workAbilities, type WorkAbility } from '../domain/person.facts.js';
import { FactBody, OrNull, PaperedBody, ReasonedBody } from './facts.dto.js';
import {
  DisabilityBody,
  EmploymentBody,
  GuardianBody,
  HukouBody,
  IdentityBody,
  IllnessBody,
  SchoolingBody,
} from './person.dto.js';

export class RecordIdentityBody extends FactBody {
  /** Who the person is, as a whole: what is left out is unknown from then on. */
  @ValidateNested()
  @Type(() => IdentityBody)
  identity!: IdentityBody;
}

export class RecordHukouBody extends FactBody {
  @ValidateNested()
  @Type(() => HukouBody)
  hukou!: HukouBody;
}

export class ResidenceBody {
  /** Code of the area in which the person lives; it keeps the file from then on. @example 430225100201 */
  @IsAreaCode()
  area!: string;

  @IsOptional()
  @IsString()
  @Length(1, 200)
  address?: string;
}

export class RecordResidenceBody extends FactBody {
  @ValidateNested()
  @Type(() => ResidenceBody)
  residence!: ResidenceBody;
}

export class RecordPhoneBody extends FactBody {
  /** `null`: there is none any more. */
  @ApiProperty({ type: 'string', nullable: true })
  @OrNull()
  @IsString()
  @Length(3, 30)
  phone!: string | null;
}

export class RecordDisabilityBody extends FactBody {
  /** `null`: the card was handed back or has lapsed. */
  @ApiProperty({ type: DisabilityBody, nullable: true })
  @OrNull()
  @ValidateNested()
  @Type(() => DisabilityBody)
  disability!: DisabilityBody | null;
}

export class RecordIllnessesBody extends FactBody {
  /** All that hold from then on; none where the list is empty. */
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => IllnessBody)
  illnesses!: IllnessBody[];
}

export class RecordSchoolingBody extends FactBody {
  @ValidateNested()
  @Type(() => SchoolingBody)
  schooling!: SchoolingBody;
}

export class RecordEmploymentBody extends FactBody {
  @ValidateNested()
  @Type(() => EmploymentBody)
  employment!: EmploymentBody;
}

export class RecordWorkAbilityBody extends FactBody {
  @IsIn(workAbilities)
  ability!: WorkAbility;
}

export class RecordCareNeedBody extends FactBody {
  /** Months for which long-term care is needed, as certified; 0: none any more. */
  @IsInt()
  @Min(0)
  @Max(1200)
  months!: number;
}

export class RecordGuardianBody extends FactBody {
  /** `null`: nobody acts for the person any more. */
  @ApiProperty({ type: GuardianBody, nullable: true })
  @OrNull()
  @ValidateNested()
  @Type(() => GuardianBody)
  guardian!: GuardianBody | null;
}

/** `happenedOn` is the day of death. */
export class RecordDeathBody extends FactBody {}

export class CorrectAccountBody extends PaperedBody {
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

  /** Why the account changes. @example the bank was merged */
  @IsString()
  @Length(1, 500)
  reason!: string;
}

export class ConfirmAccountBody {
  /** Id of the proposed account. */
  @IsUUID()
  accountId!: string;
}

export class RejectAccountBody extends ReasonedBody {
  /** Id of the proposed account. */
  @IsUUID()
  accountId!: string;
}

export class MergePersonBody extends ReasonedBody {
  /** Id of the file of the same person that goes on. */
  @IsUUID()
  into!: string;
}

export class MergeBody extends MergePersonBody {
  /** Needed where the two are probably twins: that they are one person nevertheless was looked into. */
  @IsOptional()
  @IsBoolean()
  confirmTwins?: boolean;
}

/** What a command to a person is answered with; no personal data. */
export class PersonAnswer {
  id!: string;
  /** Revision of the person; also the ETag. */
  revision!: string;
  /** Opaque log position for `waitFor`. */
  position!: string;
}

export class AccountAnswer extends PersonAnswer {
  /** Id of the proposed account, for whoever confirms or rejects it. */
  accountId!: string;
}
