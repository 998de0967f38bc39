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
}
