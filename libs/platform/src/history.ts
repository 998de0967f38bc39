import type { StoredEvent } from '#libs/event-sourcing';
import { decodeCursor, encodeCursor } from './cursor.js';
import type { HistoryPage } from './history.dto.js';
import { languageOf } from './language.js';
import type { Language } from './problem-catalogue.js';
import { requestParameter } from './request-parameter.js';

/** What each event says in words, by its type: a sentence per language, made from the event's data. */
export type EventTexts<Types extends string = string> = Readonly<
  Record<Types, (data: never) => { readonly en: string; readonly zh: string }>
>;

/** Parameter: the language that the caller asks for by `Accept-Language`. */
export const InLanguage = requestParameter(languageOf);

/** The sentence of one event. */
export const sentenceOf = (event: StoredEvent, texts: EventTexts, language: Language): string =>
  (texts[event.type] as ((data: object) => Record<Language, string>) | undefined)?.(event.data)[language] ?? event.type;

/** One page of a stream's history, oldest first. Data are left out where they hold what a reader does not need. */
export function historyPage(
  events: readonly StoredEvent[],
  texts: EventTexts,
  language: Language,
  page: { readonly limit: number; readonly cursor?: string | undefined },
  show: { readonly data: boolean },
): HistoryPage {
  const [after] = decodeCursor(page.cursor, 1) ?? [];
  const rest = after === undefined ? events : events.filter(({ revision }) => revision > BigInt(after));
  const shown = rest.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((event) => {
      const { happenedOn, knownOn, decidedOn } = event.data as Partial<
        Record<'happenedOn' | 'knownOn' | 'decidedOn', string>
      >;
      return {
        what: event.type,
        text: sentenceOf(event, texts, language),
        who: event.metadata['actor'] ?? '',
        role: event.metadata['role'] ?? '',
        area: event.metadata['area'] ?? '',
        ...(happenedOn !== undefined && { happenedOn }),
        ...(knownOn !== undefined && { knownOn }),
        ...(decidedOn !== undefined && { decidedOn }),
        recordedAt: event.recordedAt,
        revision: String(event.revision),
        position: event.position,
        ...(show.data && { data: event.data }),
      };
    }),
    ...(last !== undefined && shown.length < rest.length && { nextCursor: encodeCursor([String(last.revision)]) }),
  };
}
