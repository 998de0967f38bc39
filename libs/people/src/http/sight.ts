import { isRole, type Role } from '#libs/access';
import { ageOn } from '#libs/calendar';
import { isErased, type Personal } from '#libs/event-sourcing';
import type { Fact } from '../domain/facts.js';
import { birthDateOn, type RegisteredPerson } from '../domain/person.js';
import { shown, showingOf, type FieldKind, type Showing } from '../privacy/masks.js';
import type { ErasedView, FactView, MaskedView } from './facts.dto.js';
import { present } from './present.js';

/** Who looks, and at which day. */
export interface Viewer {
  readonly role: Role;
  /** The day whose facts are shown. */
  readonly day: string;
  readonly today: string;
}

/** How much of each kind of field is seen. */
export type Sight = (kind: FieldKind) => Showing;

const ERASED_VIEW: ErasedView = { erased: true };
const MASKED_VIEW: MaskedView = { masked: true };
const CHILD = 14;

/** What a role sees of what belongs to no person in particular. */
export const sightOf =
  (role: Role, under14 = false): Sight =>
  (kind) =>
    showingOf(role, kind, { under14 });

/**
 * What the viewer sees of a person. A child is who was under 14 on the day that is shown, or still is: looking ahead shows
 * no more. Whose birth date nobody knows may be a child.
 */
export function sightOfPerson(person: RegisteredPerson, { role, day, today }: Viewer): Sight {
  const at = day < today ? day : today;
  const born = birthDateOn(person, at);
  return sightOf(role, born === undefined || born > at || ageOn(born, at) < CHILD);
}

/** A role as the guard of the service lets it in; whoever has none of them is shown nothing. */
export const roleOf = (role: string): Role => (isRole(role) ? role : 'reporting');

/** A text as it is shown; undefined where it is hidden or there is none. */
export function textOf(
  sight: Sight,
  kind: FieldKind,
  text: Personal<string> | string | undefined,
): string | ErasedView | undefined {
  const showing = sight(kind);
  if (text === undefined || showing === 'hidden') return undefined;
  if (typeof text === 'string') return shown(showing, kind, text);
  return isErased(text) ? ERASED_VIEW : shown(showing, kind, text.value);
}

/** What has a mask of its own for each of its fields, or is nothing that needs one; undefined where it is hidden. */
export function openOf<Value, View>(
  sight: Sight,
  kind: FieldKind,
  field: Personal<Value>,
  view: (value: Value) => View,
): View | ErasedView | undefined {
  if (sight(kind) === 'hidden') return undefined;
  return isErased(field) ? ERASED_VIEW : view(field.value);
}

/** What is seen as a whole or not at all. */
export const wholeOf = <Value, View>(
  sight: Sight,
  kind: FieldKind,
  field: Personal<Value>,
  view: (value: Value) => View,
): View | ErasedView | MaskedView | undefined =>
  openOf(sight, kind, field, (value) => (sight(kind) === 'full' ? view(value) : MASKED_VIEW));

/** A fact with its value as it is shown; undefined where there is none, or its value is hidden. */
export function factView<Value, View>(
  fact: Fact<Value> | undefined,
  kind: FieldKind,
  sight: Sight,
  view: (value: Value) => View | undefined,
): (FactView & { value: View }) | undefined {
  if (fact === undefined) return undefined;
  const value = view(fact.value);
  return value === undefined ? undefined : { ...originView(fact, kind, sight), value };
}

/** Where a fact comes from. Its papers and reasons may say what it says: they are seen by whoever sees all of it. */
export function originView(fact: Fact<unknown>, kind: FieldKind, sight: Sight): FactView {
  const { factId, happenedOn, knownOn, source, document, corrects, reason } = fact;
  const words = (text: Personal<string> | undefined): string | ErasedView | undefined =>
    sight(kind) === 'full' && text !== undefined ? (isErased(text) ? ERASED_VIEW : text.value) : undefined;
  return {
    ...{ factId, happenedOn, knownOn, source },
    ...present({ document: words(document), corrects, reason: words(reason) }),
  };
}
