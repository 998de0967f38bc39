/**
 * Old data to the data of the next version. A pure function of its argument: it is run again on every read, for ever, and
 * adds only what the old data say.
 */
export type Upcaster = (old: never) => object;

/** One type of event. */
export interface EventType {
  /** The version that is written today, from 1. */
  readonly version: number;
  /** What happened, in one line each. */
  readonly en: string;
  readonly zh: string;
  /** The way from each earlier version to the next one: from 1 to 2 first. As many as there are earlier versions. */
  readonly upcasts?: readonly Upcaster[];
}

/** How long a personal field is kept and for what: a key of its own for each. */
export interface FieldKept {
  readonly purpose: string;
  readonly retention: string;
}

/** Which fields of data are personal: the keys that lead to them. An array stands for each of its items. */
export type PersonalTree = FieldKept | { readonly [key: string]: PersonalTree };

/** Every event type that streams of one category hold, as the lib that writes them declares it. */
export interface EventRegister<Type extends string = string> {
  /** What the ids of these streams begin with: `case` for `case-<id>`. */
  readonly category: string;
  /** The file that declares the shapes of the data, from the root of the project. */
  readonly source: string;
  /** What one stream is, in one line each. */
  readonly en: string;
  readonly zh: string;
  readonly types: Readonly<Record<Type, EventType>>;
  /** The personal fields of the types that have any. They are sealed in the log; an upcaster neither opens nor moves them. */
  readonly personal?: { readonly [Name in Type]?: PersonalTree };
}
