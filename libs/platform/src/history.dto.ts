/** One event of a stream, as an inspector reads it. */
export class HistoryItem {
  /** Name of the event. @example CaseConfirmed */
  what!: string;
  /** The event in words, in the language asked for. */
  text!: string;
  /** Subject of the officer. */
  who!: string;
  role!: string;
  /** Code of the officer's area. */
  area!: string;
  /** Day on which the fact happened. */
  happenedOn?: string;
  /** Day on which the office came to know it. */
  knownOn?: string;
  /** Day of the decision. */
  decidedOn?: string;
  /** Instant of recording, RFC 3339 in UTC. */
  recordedAt!: string;
  /** Place in the stream. */
  revision!: string;
  /** Place in the log. */
  position!: string;
  /** The event's data as stored, where the reader may see them. */
  data?: object;
}

export class HistoryPage {
  items!: HistoryItem[];
  /** Absent on the last page. */
  nextCursor?: string;
}
