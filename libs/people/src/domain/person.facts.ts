import type { Disability } from '#libs/schemes';
import type { IdentityDocument } from './identity/document.js';

/** Who a person is. What is unknown is left out: of a foundling, all but a name that was given. */
export interface Identity {
  /** As on the document; for a person without one, as people call them. */
  readonly name: string;
  /** The name in another script: Latin letters on a passport, a minority's own script. */
  readonly otherName?: string;
  readonly document: IdentityDocument;
  readonly birthDate?: string;
  readonly sex?: Sex;
  /** Two digits of the national list, such as 01 for Han. Source: GB/T 3304 */
  readonly ethnicGroup?: string;
}

export const sexes = ['female', 'male'] as const;
export type Sex = (typeof sexes)[number];

/** A bank account. */
export interface Account {
  readonly bank: string;
  readonly number: string;
  readonly holder: string;
}

/** What a disability certificate says. `number` is that on the card, `validUntil` a local date. */
export interface DisabilityCard extends Disability {
  readonly number?: string;
  readonly validUntil?: string;
}

/** Marks of illness that schemes ask for: on the list of major illnesses, chronic, rare, or needing dialysis and the like. */
export const illnessKinds = ['major', 'chronic-special', 'rare', 'severe-mental', 'other'] as const;
export interface Illness {
  readonly kind: (typeof illnessKinds)[number];
  /** In words, as on the certificate. */
  readonly name?: string;
}

export const schoolingStages = [
  'none',
  'kindergarten',
  'primary',
  'junior-middle',
  'senior-middle',
  'vocational',
  'junior-college',
  'bachelor',
  'postgraduate',
] as const;
export interface Schooling {
  readonly stage: (typeof schoolingStages)[number];
  readonly fullTime: boolean;
  readonly school?: string;
}

export const employmentStatuses = [
  'employed',
  'self-employed',
  'farming',
  'casual',
  'registered-unemployed',
  'not-working',
  'student',
  'retired',
] as const;
export interface Employment {
  readonly status: (typeof employmentStatuses)[number];
  readonly employer?: string;
}

/** Source: 民发〔2021〕57号 art 31; monthly statistics of dibao count the same four */
export const workAbilities = ['able', 'partly', 'fully-lost', 'none'] as const;
export type WorkAbility = (typeof workAbilities)[number];

/** Who acts for a person: `personId` where they are registered too. */
export interface Guardian {
  readonly name: string;
  readonly relation: string;
  readonly personId?: string;
  readonly phone?: string;
}

/** The register a hukou belongs to. */
export const hukouKinds = ['urban', 'rural'] as const;
export type HukouKind = (typeof hukouKinds)[number];
