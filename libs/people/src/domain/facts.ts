import { refuse, Clear, type Refusal, type RefusalTexts, type Personal } from '#libs/event-sourcing/decider';

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

/** What an event says of where its fact comes from, without the rest of its data. */
export function provenanceOf(data: Provenance): Provenance {
  const { factId, happenedOn, knownOn, source, document, corrects, reason } = data;
  return {
    factId,
    happenedOn,
    knownOn,
    source,
    ...(document && { document }),
    ...(corrects !== undefined && { corrects }),
    ...(reason && { reason }),
  };
}

export const factRefusals = {
  HAPPENED_IN_FUTURE: {
    status: 422,
    en: 'A fact cannot have happened after today ({today}).',
    zh: '事实发生日期不能晚于今天（{today}）。',
  },
  KNOWN_BEFORE_HAPPENED: {
    status: 422,
    en: 'The day the office came to know a fact lies between the day it happened and today.',
    zh: '知悉日期应当在事实发生日期与今天之间。',
  },
  CORRECTED_FACT_UNKNOWN: {
    status: 422,
    en: 'There is no fact of this kind with the id that is to be corrected.',
    zh: '没有可更正的该项情况。',
  },
  CORRECTION_NEEDS_FACT: {
    status: 422,
    en: 'A correction names the fact that it takes the place of, and nothing else does.',
    zh: '更正应当指明被更正的情况；非更正不得指明。',
  },
  FACT_UNKNOWN: {
    status: 422,
    en: 'There is no fact with this id that could be withdrawn.',
    zh: '没有可撤销的该项情况。',
  },
} as const satisfies RefusalTexts;

export type FactRefusal = keyof typeof factRefusals;

/**
 * Whether a fact was recorded before, of the same day and from the same kind of source. Of another day it says something
 * new even where it says the same: what is recorded between the two days later on does not reach beyond it.
 */
export function isRepeated(
  { happenedOn, source, corrects }: Provenance,
  value: unknown,
  timeline: Timeline<unknown>,
): boolean {
  const present = factOn(timeline, happenedOn);
  return (
    corrects === undefined &&
    present?.happenedOn === happenedOn &&
    present.source === source &&
    sameValue(present.value, value)
  );
}

/** A fact lies in the past, is known no earlier than it happened, and is a correction where it takes the place of another. */
export function refusedFact(fact: Provenance, today: string): Refusal<FactRefusal> | undefined {
  const { happenedOn, knownOn, source, corrects } = fact;
  if (happenedOn > today) return refuse('HAPPENED_IN_FUTURE', { today });
  if (knownOn < happenedOn || knownOn > today) return refuse('KNOWN_BEFORE_HAPPENED');
  if ((source === 'corrected') !== (corrects !== undefined)) return refuse('CORRECTION_NEEDS_FACT');
  return undefined;
}

/** Whether two values say the same, in whatever order their keys stand; what is erased is the same as nothing. */
export const sameValue = (a: unknown, b: unknown): boolean => {
  const [one, other] = [plain(a), plain(b)];
  return one !== undefined && one === other;
};

function plain(value: unknown): string | undefined {
  let erased = false;
  const text = JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key, shown: unknown) {
    const field = key === '' ? value : this[key];
    if (field instanceof Clear) return inOrder(field.value);
    if (typeof field === 'object' && field !== null && isErasedField(field)) erased = true;
    return inOrder(shown);
  });
  return erased ? undefined : text;
}

/** The same with its keys in order: what comes back from the log has others than what was just read. */
const inOrder = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

const isErasedField = (field: object): boolean => 'erased' in field && field.erased === true;
