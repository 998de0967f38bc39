import type { Residence } from '#libs/schemes';
import type {
  DeclaredAsset,
  DeclaredIncome,
  DeclaredSpending,
  SingleFilingGround,
  Standing,
} from './domain/household.facts.js';
import type {
  Account,
  DisabilityCard,
  Employment,
  Guardian,
  HukouKind,
  Identity,
  Illness,
  Schooling,
  WorkAbility,
} from './domain/person.facts.js';

/** What is known of a person when they are registered. Dates are local dates; left out is unknown. */
export interface PersonDraft {
  readonly identity: Identity;
  readonly hukou?: { readonly area: string; readonly kind: HukouKind; readonly address?: string };
  /** Where in the area of the file the person lives. */
  readonly address?: string;
  readonly phone?: string;
  readonly account?: Account;
  readonly disability?: DisabilityCard;
  readonly illnesses?: readonly Illness[];
  readonly schooling?: Schooling;
  readonly employment?: Employment;
  readonly ability?: WorkAbility;
  readonly careNeedMonths?: number;
  readonly guardian?: Guardian;
}

/** A member of a household to be: somebody registered, or somebody new. */
export type MemberDraft = Standing & ({ readonly personId: string } | { readonly person: PersonDraft });

/** Whose a declared part is, by the place in the list of members, since new persons have no id yet. */
type OfMember<Part> = Omit<Part, 'personId'> & { readonly member?: number };

/** A household as it is handed over to be registered, by a form, an import or a generator. */
export interface HouseholdDraft {
  readonly area: string;
  readonly residence: Residence;
  readonly happenedOn?: string;
  readonly knownOn?: string;
  readonly document?: string;
  readonly singleFiling?: SingleFilingGround;
  readonly members: readonly MemberDraft[];
  readonly income?: readonly OfMember<DeclaredIncome>[];
  readonly assets?: readonly OfMember<DeclaredAsset>[];
  readonly spending?: readonly OfMember<DeclaredSpending>[];
}
