import { ApiProperty } from '@nestjs/swagger';
import {
  assetKinds,
  liableRelations,
  notCountedReasons,
  relations,
  singleFilingGrounds,
  spendingKinds,
  type NotCountedReason,
  type Relation,
  type SingleFilingGround,
} from '../domain/household.facts.js';
import { ErasedView, FactView, MaskedView, Shows } from './facts.dto.js';
import { AccountFactView, DisabilityView, IdentityDocumentView } from './person.view.dto.js';

export class PlaceView {
  /** Code of the area in which the household lives; it keeps the file. */
  area!: string;
  @ApiProperty({ enum: ['rural', 'urban'] })
  residence!: string;
  @Shows('string', { optional: true })
  address?: string | ErasedView;
}

export class PlaceFactView extends FactView {
  value!: PlaceView;
}

/** What a household's page shows of a person; all of it stands at `/persons/{personId}`. */
export class MemberPersonView {
  @Shows('string', { optional: true })
  name?: string | ErasedView;
  document?: IdentityDocumentView;
  /** @example 1970-03-05 */
  birthDate?: string;
  @ApiProperty({ required: false, enum: ['female', 'male'] })
  sex?: string;
  /** `null`: there is no card any more. */
  @Shows(DisabilityView, { optional: true, nullable: true, whole: true })
  disability?: DisabilityView | null | ErasedView | MaskedView;
  /** Months for which long-term care is needed. */
  @Shows('number', { optional: true, whole: true })
  careNeedMonths?: number | ErasedView | MaskedView;
  account?: AccountFactView;
  /** Waits for a second person. */
  proposedAccount?: AccountFactView;
  /** Day of death. */
  diedOn?: string;
  /** Id of the file of the same person that goes on. */
  mergedInto?: string;
}

/** A member on the day that is shown; the dates are those of their place in the household. */
export class MemberView extends FactView {
  personId!: string;
  @ApiProperty({ enum: relations })
  relation!: Relation;
  counts!: boolean;
  /** Why they do not count, for roles that see sensitive data. */
  @ApiProperty({ required: false, enum: notCountedReasons })
  notCounted?: NotCountedReason;
  person!: MemberPersonView;
  /** Revision of the person, for commands to `/persons/{personId}`. */
  personRevision?: string;
}

export class SingleFilingView {
  personId!: string;
  /** For roles that see data about health; `null`: no longer. */
  @ApiProperty({ required: false, enum: singleFilingGrounds, nullable: true })
  ground?: SingleFilingGround | null;
}

export class SingleFilingFactView extends FactView {
  value!: SingleFilingView;
}

export class IncomePartView {
  kind!: string;
  /** Minor units (fen) over `months`, below 0 for a net loss. */
  amount!: number;
  months!: number;
  exemption?: string;
  personId?: string;
}

export class IncomeFactView extends FactView {
  @Shows(IncomePartView, { list: true, whole: true })
  value!: IncomePartView[] | ErasedView | MaskedView;
}

export class AssetView {
  @ApiProperty({ enum: assetKinds })
  kind!: string;
  /** Minor units (fen). */
  value!: number;
  count?: number;
  personId?: string;
  description?: string;
}

export class AssetsFactView extends FactView {
  @Shows(AssetView, { list: true, whole: true })
  value!: AssetView[] | ErasedView | MaskedView;
}

export class SpendingView {
  @ApiProperty({ enum: spendingKinds })
  kind!: string;
  /** Minor units (fen) over `months`. */
  amount!: number;
  months!: number;
  personId?: string;
}

export class SpendingFactView extends FactView {
  @Shows(SpendingView, { list: true, whole: true })
  value!: SpendingView[] | ErasedView | MaskedView;
}

export class LiableRelativeView {
  name?: string;
  @ApiProperty({ enum: liableRelations })
  relation!: string;
  personId?: string;
  phone?: string;
  /** Minor units (fen) a month, where it is settled and the role sees means. */
  monthlySupport?: number;
}

export class LiableRelativeFactView extends FactView {
  relativeId!: string;
  @Shows(LiableRelativeView)
  value!: LiableRelativeView | ErasedView;
}

export class EndedView {
  /** Id of the household that the members joined; absent where nobody was left. */
  into?: string;
}

export class EndedFactView extends FactView {
  value!: EndedView;
}

/** A household as of a day and of what was known: each topic with the fact that holds. */
export class HouseholdView {
  id!: string;
  /** The number that people can say on the telephone. @example 430225-2025-000001 */
  number!: string;
  /** Id of the household that it was split from. */
  splitFrom?: string;
  place?: PlaceFactView;
  /** In the order in which they came. */
  members!: MemberView[];
  singleFiling?: SingleFilingFactView;
  income?: IncomeFactView;
  assets?: AssetsFactView;
  spending?: SpendingFactView;
  /** Those outside with a legal duty of support. */
  liableRelatives!: LiableRelativeFactView[];
  ended?: EndedFactView;
  /** Revision of the household; also the ETag. */
  revision!: string;
  position!: string;
}

export class HouseholdListItem {
  id!: string;
  number!: string;
  area!: string;
  residence!: string;
  /** Id of the applicant; absent where there is none. */
  applicantId?: string;
  /** As the reader's role is shown it. */
  @Shows('string', { optional: true })
  applicantName?: string | ErasedView;
  /** How many count. */
  memberCount!: number;
}

export class HouseholdPage {
  items!: HouseholdListItem[];
  /** Absent on the last page. */
  nextCursor?: string;
}
