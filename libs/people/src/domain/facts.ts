import type { Personal } from './identity/personal.js';

/** The day a fact happened and the day the office came to know it; local dates of the area. */
export interface FactDates {
  readonly happenedOn: string;
  readonly knownOn: string;
}

/** How the office knows: the family said so, a source or a visit confirmed it, or an earlier record was wrong. */
export const factSources = ['declared', 'verified', 'corrected'] as const;
export type FactSource = (typeof factSources)[number];

/** Where a fact comes from. What an event adds to its own data; its time of recording is that of the log. */
export interface Provenance extends FactDates {
  /** Names the fact for corrections and grounds; derived from the command. */
  readonly factId: string;
  readonly source: FactSource;
  /** The document behind it: its kind and where it is filed. */
  readonly document?: Personal<string>;
  /** The fact that this one takes the place of: it was never so. */
  readonly corrects?: string;
  readonly reason?: Personal<string>;
}

/** A fact as it is kept: its value with where it comes from. */
export interface Fact<Value> extends Provenance {
  readonly value: Value;
}

/** What was so from which day on, in the order of those days; of two of one day, the one recorded last comes last. */
export type Timeline<Value> = readonly Fact<Value>[];

/** Puts a fact where its day belongs, and takes out the one that it corrects. */
export function withFact<Value>(timeline: Timeline<Value>, fact: Fact<Value>): Timeline<Value> {
  const others = timeline.filter(({ factId }) => factId !== fact.corrects);
  const after = others.findIndex(({ happenedOn }) => happenedOn > fact.happenedOn);
  return after < 0 ? [...others, fact] : [...others.slice(0, after), fact, ...others.slice(after)];
}

/** Without a fact that was recorded by mistake. */
export const withoutFact = <Value>(timeline: Timeline<Value>, factId: string): Timeline<Value> =>
  timeline.some((fact) => fact.factId === factId) ? timeline.filter((fact) => fact.factId !== factId) : timeline;

/** What was so on a day: the last that had happened by then; undefined where nothing is known of it. */
export const factOn = <Value>(timeline: Timeline<Value>, day: string): Fact<Value> | undefined =>
  timeline.findLast(({ happenedOn }) => happenedOn <= day);
