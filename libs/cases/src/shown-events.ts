import { withOpenData, type Personal, type StoredEvent } from '#libs/event-sourcing';
import { roleOf, sightOf, textOf, type ErasedView } from '#libs/people';
import type { Assessment, Citation } from '#libs/schemes';
import { caseEventTypes, type CaseEvent } from './domain/case.events.js';

/** What an officer wrote, as a reader is shown it: in full, as a mask, or that it is erased. */
export type ShownText = string | ErasedView;

type WordsOf<Data> = {
  [Key in keyof Data]-?: NonNullable<Data[Key]> extends Personal<string> ? Key : never;
}[keyof Data];
type Shown<Event> = Event extends { readonly type: infer Type extends string; readonly data: infer Data extends object }
  ? {
      readonly type: Type;
      readonly data: Omit<Data, WordsOf<Data>> & { readonly [Key in WordsOf<Data>]?: ShownText };
    }
  : never;

/** An event of a case as a reader is shown it: without the texts that are hidden from them. */
export type ShownCaseEvent = Shown<CaseEvent>;

const personal: Readonly<Record<string, object | undefined>> = caseEventTypes.personal;

/** Which fact it is that is cited; not what it says of the person. */
export const factCited = ({ outcome }: Citation): string => outcome.split(':')[0] ?? '';

/**
 * What a scheme said of a family, as a role is shown it. What it came to and why not is for all who see the case; the arithmetic
 * spells out what the family has and who is disabled, and the citations name them: that is for those who are shown such data.
 */
export function assessmentShown(role: string, { trace, citations, ...outcome }: Assessment): Assessment {
  const sight = sightOf(roleOf(role));
  const health = sight('health');
  return {
    ...outcome,
    trace: [sight('means'), health].includes('hidden') ? [] : [...trace],
    citations:
      health === 'hidden'
        ? []
        : citations.map((cited) => (health === 'full' ? cited : { ...cited, outcome: factCited(cited) })),
  };
}

/**
 * The events of a case as a role is shown them. Those who handle the case read what officers wrote about the family; others
 * are shown a mask in its place, or nothing. Assessments are {@link assessmentShown}.
 */
export function shownTo(
  role: string,
  events: readonly StoredEvent<CaseEvent>[],
): readonly StoredEvent<ShownCaseEvent>[] {
  const sight = sightOf(roleOf(role));
  return events.map((event) => {
    const data: Record<string, unknown> = { ...event.data };
    for (const key of Object.keys(personal[event.type] ?? {})) {
      const text = textOf(sight, 'means', data[key] as Personal<string> | undefined);
      if (text === undefined) delete data[key];
      else data[key] = text;
    }
    const { assessment } = data as { readonly assessment?: Assessment };
    if (assessment !== undefined) data['assessment'] = assessmentShown(role, assessment);
    return withOpenData(event as StoredEvent, data) as StoredEvent<ShownCaseEvent>;
  });
}
