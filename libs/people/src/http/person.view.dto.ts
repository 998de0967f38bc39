import { ApiProperty } from '@nestjs/swagger';
import {
  employmentStatuses,
  hukouKinds,
  illnessKinds,
  schoolingStages,
  sexes,
  workAbilities,
} from '../domain/person.facts.js';
import { ErasedView, FactView, MaskedView, Shows } from './facts.dto.js';

/** What is masked for the reader's role is shown with stars; what is hidden from it is left out. */
export class IdentityDocumentView {
  /** @example resident-number */
  kind!: string;
  /** @example 1943**********123X */
  number?: string;
  issuer?: string;
  /** What kind of paper it is. */
  name?: string;
}

export class IdentityView {
  name?: string;
  /** The name in another script. */
  otherName?: string;
  document?: IdentityDocumentView;
  /** @example 1970-03-05 */
  birthDate?: string;
  @ApiProperty({ required: false, enum: sexes })
  sex?: string;
  /** Two digits of the national list (GB/T 3304). */
  ethnicGroup?: string;
}

export class IdentityFactView extends FactView {
  @Shows(IdentityView)
  value!: IdentityView | ErasedView;
}

export class HukouView {
  /** Code of the area of the register. */
  area!: string;
  @ApiProperty({ enum: hukouKinds })
  kind!: string;
  @Shows('string', { optional: true })
  address?: string | ErasedView;
}

export class HukouFactView extends FactView {
  value!: HukouView;
}

export class ResidenceView {
  /** Code of the area in which the person lives; it keeps the file. */
  area!: string;
  @Shows('string', { optional: true })
  address?: string | ErasedView;
}

export class ResidenceFactView extends FactView {
  value!: ResidenceView;
}

export class PhoneFactView extends FactView {
  /** `null`: there is none any more. */
  @Shows('string', { nullable: true })
  value!: string | null | ErasedView;
}

export class DisabilityView {
  category!: string;
  /** 1 is the most severe. */
  level!: number;
  number?: string;
  validUntil?: string;
}

export class DisabilityFactView extends FactView {
  /** `null`: there is no card any more. */
  @Shows(DisabilityView, { nullable: true, whole: true })
  value!: DisabilityView | null | ErasedView | MaskedView;
}

export class IllnessView {
  @ApiProperty({ enum: illnessKinds })
  kind!: string;
  name?: string;
}

export class IllnessesFactView extends FactView {
  @Shows(IllnessView, { list: true, whole: true })
  value!: IllnessView[] | ErasedView | MaskedView;
}

export class SchoolingView {
  @ApiProperty({ enum: schoolingStages })
  stage!: string;
  fullTime!: boolean;
  school?: string;
}

export class SchoolingFactView extends FactView {
  @Shows(SchoolingView, { whole: true })
  value!: SchoolingView | ErasedView | MaskedView;
}

export class EmploymentView {
  @ApiProperty({ enum: employmentStatuses })
  status!: string;
  employer?: string;
}

export class EmploymentFactView extends FactView {
  @Shows(EmploymentView, { whole: true })
  value!: EmploymentView | ErasedView | MaskedView;
}

export class WorkAbilityFactView extends FactView {
  /** One of `able`, `partly`, `fully-lost`, `none`. */
  @Shows('string', { whole: true })
  value!: (typeof workAbilities)[number] | ErasedView | MaskedView;
}

export class CareNeedFactView extends FactView {
  /** Months; 0: none any more. */
  @Shows('number', { whole: true })
  value!: number | ErasedView | MaskedView;
}

export class GuardianView {
  name?: string;
  relation!: string;
  personId?: string;
  phone?: string;
}

export class GuardianFactView extends FactView {
  /** `null`: nobody acts for the person any more. */
  @Shows(GuardianView, { nullable: true })
  value!: GuardianView | null | ErasedView;
}

export class AccountDetailsView {
  bank!: string;
  /** @example ****5678 */
  number?: string;
  /** In whose name it stands. */
  holder?: string;
}

export class AccountFactView extends FactView {
  accountId!: string;
  @Shows(AccountDetailsView)
  value!: AccountDetailsView | ErasedView;
}

/** A person as of a day and of what was known: each topic with the fact that holds. */
export class PersonView {
  id!: string;
  identity?: IdentityFactView;
  hukou?: HukouFactView;
  residence?: ResidenceFactView;
  phone?: PhoneFactView;
  disability?: DisabilityFactView;
  illnesses?: IllnessesFactView;
  schooling?: SchoolingFactView;
  employment?: EmploymentFactView;
  ability?: WorkAbilityFactView;
  /** Months for which long-term care is needed. */
  careNeed?: CareNeedFactView;
  guardian?: GuardianFactView;
  /** `happenedOn` is the day of death. */
  death?: FactView;
  account?: AccountFactView;
  /** Waits for a second person. */
  proposedAccount?: AccountFactView;
  /** Id of the file of the same person that this one was merged into. */
  mergedInto?: string;
  /** Id of the file that goes on in the end: that one, or where it was merged itself. */
  survivorId?: string;
  /** Id of the household in which the person counts now; absent where that is not the reader's to see, and for a look back. */
  householdId?: string;
  /** Revision of the person; also the ETag. */
  revision!: string;
  position!: string;
}
