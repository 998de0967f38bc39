/**
 * The pure door of the kernel: what a domain needs to state its rules, and nothing that can do I/O.
 *
 * A rule is three things: an initial state, `decide(command, state, context)` and `evolve(state, event)`. Everything a
 * decision rests on is an argument; `evolve` copies what events say and knows neither clock nor configuration.
 */

export type { RegistrationAbandoned } from './abandonment.js';
export type { EventRegister, EventType, FieldKept, PersonalTree, Upcaster } from './event-types.js';
export { Clear, ERASED, isErased, personal, valueOr } from './personal.js';
export type { Erased, Personal, PersonalFields, PersonalFieldsOf } from './personal.js';

/** A command or an event: a stored name in plain words and plain data (JSON without floats). */
export interface Message<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  readonly data: Data;
}

/** Values that a refusal may tell its reader; never personal data. */
export type RefusalDetails = Readonly<Record<string, string | number>>;

/**
 * "No", as a value: a stable code for programs and the figures that explain it. The words, in the caller's language,
 * stand in the catalogue of the lib that refuses.
 */
export class Refusal<Code extends string = string> {
  constructor(
    readonly code: Code,
    readonly details: RefusalDetails = {},
  ) {}
}

/** Refuses a command, e.g. `refuse('NOTICE_STILL_RUNNING', { endsOn })`. */
export const refuse = <Code extends string>(code: Code, details?: RefusalDetails): Refusal<Code> =>
  new Refusal(code, details);

/** How a lib tells its refusals: HTTP status (409 a rule of the case, 422 a rule on the input) and a text per language with `{name}` for details. */
export type RefusalTexts = Readonly<
  Record<string, { readonly status: 403 | 404 | 409 | 422; readonly en: string; readonly zh: string }>
>;

/** An aggregate as functions. `decide` returns the events to record; none when the wish is already fulfilled. */
export interface Decider<State, Command extends Message, Event extends Message, Context> {
  readonly initial: State;
  readonly decide: (command: Command, state: State, context: Context) => readonly Event[] | Refusal;
  readonly evolve: (state: State, event: Event) => State;
}

/**
 * What every decision is told about its circumstances.
 * `now` is an RFC 3339 instant in UTC, `today` the local date of the area; `by`, `role` and `area` are the officer's.
 */
export interface DecisionContext {
  readonly now: string;
  readonly today: string;
  readonly by: string;
  readonly role: string;
  readonly area: string;
}
