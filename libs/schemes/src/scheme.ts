import type { LocalDate, Month } from '#libs/calendar';
import type { Pack, Procedure } from './pack.js';

/** Which of the two dibao registers a household belongs to; it settles the standard and the fund. */
export type Residence = 'urban' | 'rural';

/**
 * A part of a household's income as declared: `amount` in fen (a net loss is negative) earned over `months`, never
 * divided before use. `exemption` names the ground on which a pack may leave the part out.
 */
export interface IncomePart {
  readonly kind: 'wages' | 'business' | 'property' | 'transfers' | 'other';
  readonly amount: number;
  readonly months: number;
  readonly exemption?: string;
}

/** What a disability certificate says: the kind, and the level from 1 (most severe) to 4. */
export interface Disability {
  readonly category:
    'visual' | 'hearing' | 'speech' | 'hearing-speech' | 'physical' | 'intellectual' | 'mental' | 'multiple';
  readonly level: 1 | 2 | 3 | 4;
}

/**
 * What is known of a co-living member, looked up for the decision. Birth date, disability and need of care are sensitive:
 * they never leave `assess`, which cites the revision of the person's stream and the outcome instead.
 */
export interface MemberFacts {
  readonly personId: string;
  readonly birthDate?: LocalDate;
  readonly disability?: Disability;
  /** Months for which long-term care is needed. */
  readonly careNeedMonths?: number;
  /** The person's stream as far as it was read. */
  readonly citation: { readonly streamId: string; readonly revision: string };
  /** Where each sensitive fact that is known was recorded. */
  readonly grounds?: { readonly [Name in GroundName]?: GroundPlace };
}

/** Sensitive facts that decisions rest on. */
export type GroundName = 'birth-date' | 'disability' | 'care-need';

/** Where a fact stands: the revision of its event, and the SHA-256 of the envelope that holds it. */
export interface GroundPlace {
  readonly revision: string;
  readonly digest: string;
}

/** Everything a scheme decides on. */
export interface SchemeFacts {
  readonly residence: Residence;
  /** The household, in its order. */
  readonly members: readonly MemberFacts[];
  /** What those members have, and what is not said to be anybody's. */
  readonly income: readonly IncomePart[];
  /**
   * Where one person files alone, and `members` is that person: how many would count otherwise, and what all of them have.
   * Source: 民发〔2021〕57号 art 8
   */
  readonly family?: { readonly members: number; readonly income: readonly IncomePart[] };
  /** For whom, in a scheme whose unit is the person. */
  readonly personId?: string;
  readonly appliedOn: LocalDate;
  readonly decidedOn: LocalDate;
  /** First month for which the household's present dibao is due; absent without dibao. */
  readonly dibaoFromMonth?: Month;
}

/** A step of the arithmetic that an outsider can follow: a stable code, and an integer or `n/d` in fen, or `yes` / `no`. */
export interface TraceLine {
  readonly step: string;
  readonly value: string;
  /** The parameter or legal text that the step rests on. */
  readonly basis?: string;
}

/** A sensitive fact by its place and its outcome, e.g. `severe-disability: yes`. */
export interface Citation {
  readonly personId: string;
  readonly streamId: string;
  readonly revision: string;
  /** SHA-256 of the sealed field, hex; absent where nothing is recorded of it. */
  readonly digest?: string;
  readonly outcome: string;
}

/** What a scheme says about the facts; plain JSON without floats, fit to be stored in the deciding event. */
export interface Assessment {
  readonly eligible: boolean;
  /** Stable codes of why not; empty when eligible. */
  readonly reasons: readonly string[];
  /** Fen; 0 when not eligible. */
  readonly monthlyAmount: number;
  readonly trace: readonly TraceLine[];
  readonly pack: { readonly id: string; readonly version: string; readonly example: boolean };
  readonly legalBasis: readonly string[];
  readonly citations: readonly Citation[];
}

/** A text in the languages of the service. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** The budget item that pays. */
export interface Fund {
  readonly code: string;
  readonly name: Words;
}

/** A scheme of assistance as pure functions of facts and an area's pack. */
export interface SchemeRules<Id extends string> {
  readonly id: Id;
  /** Whether one case is a household or a person of it. */
  readonly unit: 'household' | 'person';
  readonly name: Words;
  fund(residence: Residence): Fund;
  procedure(pack: Pack): Procedure;
  /** Months between periodic re-checks where the pack names none; null when none is due. */
  readonly recheckMonths: number | null;
  /** Who is eligible, how much, and why. Throws RangeError for a pack of another scheme or for facts out of range. */
  assess(facts: SchemeFacts, pack: Pack): Assessment;
  /** The first month that is paid. Throws RangeError for a pack of another scheme. */
  firstMonth(facts: SchemeFacts, pack: Pack): Month;
}
