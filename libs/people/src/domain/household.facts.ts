import type { IncomePart } from '#libs/schemes';

/** How a member belongs to the household; exactly one is the applicant. */
export const relations = [
  'applicant',
  'spouse',
  'child',
  'parent',
  'grandchild',
  'grandparent',
  'sibling',
  'other',
] as const;
export type Relation = (typeof relations)[number];

/**
 * Why somebody who belongs to the family is no counting member.
 * Source: 民发〔2021〕57号 art 7; `single-filing` art 8
 */
export const notCountedReasons = [
  'clergy',
  'in-prison',
  'drug-isolation',
  'missing',
  'conscript',
  'lives-elsewhere',
  'single-filing',
  'other',
] as const;
export type NotCountedReason = (typeof notCountedReasons)[number];

/** Why a member left. */
export const departureReasons = ['died', 'married', 'moved', 'divorced', 'split', 'merged', 'other'] as const;
export type DepartureReason = (typeof departureReasons)[number];

/** A place in the household from a day on: present or left, counting or not. */
export interface Standing {
  readonly relation: Relation;
  readonly counts: boolean;
  readonly notCounted?: NotCountedReason;
}

/** On what ground one person files alone. Source: 民发〔2021〕57号 art 8 */
export const singleFilingGrounds = [
  'severe-disability',
  'level-3-intellectual-mental',
  'major-illness',
  'clergy-hardship',
] as const;
export type SingleFilingGround = (typeof singleFilingGrounds)[number];

/** A part of income as declared; `personId` whose it is. Amounts in fen over `months`, never divided before use. */
export interface DeclaredIncome extends IncomePart {
  readonly personId?: string;
}

export const assetKinds = [
  'deposit',
  'securities',
  'real-estate',
  'vehicle',
  'machinery',
  'company',
  'insurance',
  'other',
] as const;
/** An asset as declared: its value in fen; `count` for things that are counted rather than valued. */
export interface DeclaredAsset {
  readonly kind: (typeof assetKinds)[number];
  readonly value: number;
  readonly count?: number;
  readonly personId?: string;
  readonly description?: string;
}

export const spendingKinds = ['medical', 'education', 'rehabilitation', 'housing', 'accident', 'other'] as const;
/** Essential spending borne by the household itself, in fen over `months`. Source: 民发〔2024〕43号 art 4 */
export interface DeclaredSpending {
  readonly kind: (typeof spendingKinds)[number];
  readonly amount: number;
  readonly months: number;
  readonly personId?: string;
}

export const liableRelations = ['parent', 'child', 'spouse', 'grandparent', 'grandchild', 'sibling', 'other'] as const;
/** Somebody outside with a legal duty of support. `monthlySupport` in fen, where it is settled. */
export interface LiableRelative {
  readonly name: string;
  readonly relation: (typeof liableRelations)[number];
  readonly personId?: string;
  readonly phone?: string;
  readonly monthlySupport?: number;
}
