/**
 * The log of the stand-in: what EventStoreDB 23.10 was seen to answer, its odd answers included. One log is shared by all
 * nodes of a cluster. Positions are byte offsets: they grow, with gaps.
 *
 * @typedef {{ id: string, type: string, contentType: string, data: Uint8Array, metadata: Uint8Array }} Proposed
 * @typedef {Proposed & { stream: string, revision: bigint, position: bigint, created: bigint }} Kept
 * @typedef {bigint | 'any' | 'no_stream' | 'stream_exists'} Expected
 */

/** The server's default for an append as a whole. */
const maxAppendSize = 1024 * 1024;
/** What a record costs beside its contents; any number would do. */
const recordOverhead = 137;

/** An answer that is an error. `exception` and `metadata` travel in the trailers, as the server sends them. */
export class Refused extends Error {
  /** @param {{ code: number, message: string, exception?: string, metadata?: Record<string, string> }} what */
  constructor({ code, message, exception, metadata = {} }) {
    super(message);
    this.code = code;
    this.metadata = exception === undefined ? metadata : { exception, ...metadata };
  }
}

export class Log {
  /** @type {Kept[]} */
  records = [];
  /** @type {Map<string, { events: Kept[], deletedBefore: bigint, tombstoned: boolean }>} */
  streams = new Map();
  listeners = new Set();
  nextPosition = 1117n;

  /** @returns {{ revision: bigint, position: bigint | undefined } | { conflict: bigint | 'no_stream' }} */
  append(stream, /** @type {Expected} */ expected, /** @type {Proposed[]} */ events) {
    const size = events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
    if (size > maxAppendSize)
      throw new Refused({
        code: 3,
        message: `Maximum Append Size of ${maxAppendSize} Exceeded.`,
        exception: 'maximum-append-size-exceeded',
        metadata: { 'maximum-append-size': String(maxAppendSize) },
      });
    const state = this.streams.get(stream) ?? { events: [], deletedBefore: 0n, tombstoned: false };
    if (state.tombstoned) throw deleted(stream);
    const current = BigInt(state.events.length) - 1n;
    if (events.length === 0) return { revision: 0n, position: undefined };
    const soft = current >= 0n && state.deletedBefore > current;
    const after =
      expected === 'no_stream'
        ? soft
          ? state.deletedBefore - 1n
          : -1n
        : expected === 'any' || expected === 'stream_exists'
          ? undefined
          : expected;
    const known = this.#repetition(state.events, after, events);
    if (known !== undefined) return known;
    const there = current < 0n || soft ? 'no_stream' : current;
    const fits =
      expected === 'any' ||
      (expected === 'stream_exists'
        ? there !== 'no_stream'
        : expected === 'no_stream'
          ? there === 'no_stream'
          : expected === current);
    if (!fits) return { conflict: there };
    const created = BigInt(Date.now()) * 10_000n;
    for (const event of events) {
      const kept = { ...event, stream, revision: BigInt(state.events.length), position: this.nextPosition, created };
      this.nextPosition += BigInt(recordOverhead + stream.length + event.data.length + event.metadata.length);
      state.events.push(kept);
      this.records.push(kept);
    }
    this.streams.set(stream, state);
    for (const listener of [...this.listeners]) listener();
    return { revision: BigInt(state.events.length) - 1n, position: this.records.at(-1).position };
  }

  /** Ids are compared at the expected revision only, whatever the content; with `any`, at the first place that has the first id. */
  #repetition(past, after, events) {
    const start = after === undefined ? past.findIndex(({ id }) => id === events[0].id) : Number(after + 1n);
    if (start < 0 || !events.every(({ id }, index) => past[start + index]?.id === id)) return undefined;
    const last = past[start + events.length - 1];
    return { revision: last.revision, position: last.position };
  }

  /** The next append goes on at the next revision. */
  softDelete(stream) {
    const state = this.streams.get(stream);
    if (state) state.deletedBefore = BigInt(state.events.length);
  }

  tombstone(stream) {
    const state = this.streams.get(stream) ?? { events: [], deletedBefore: 0n, tombstoned: false };
    this.streams.set(stream, { ...state, tombstoned: true });
  }

  /** The events of a stream that a read sees; undefined where there is none. `from` is inclusive. */
  readStream(stream, { from, count, backwards }) {
    const state = this.streams.get(stream);
    if (state?.tombstoned) throw deleted(stream);
    const seen = state?.events.filter(({ revision }) => revision >= state.deletedBefore) ?? [];
    if (seen.length === 0) return undefined;
    const ordered = backwards ? seen.toReversed() : seen;
    return ordered
      .filter(({ revision }) => from === undefined || (backwards ? revision <= from : revision >= from))
      .slice(0, count);
  }

  /** `from` is inclusive, and must be where a record begins. */
  readAll({ from, count, backwards }) {
    const at = from === undefined ? undefined : this.#indexOf(from);
    if (!backwards) return this.records.slice(at ?? 0, (at ?? 0) + count);
    const end = at === undefined ? this.records.length : at + 1;
    return this.records.slice(Math.max(0, end - count), end).toReversed();
  }

  /** The index of the first record after a position, for subscriptions: theirs is exclusive. */
  after(position) {
    return position === undefined ? 0 : this.#indexOf(position) + 1;
  }

  #indexOf(position) {
    let [low, high] = [0, this.records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.records[middle].position < position) low = middle + 1;
      else high = middle;
    }
    if (this.records[low]?.position !== position)
      throw new Refused({ code: 2, message: `Unexpected ReadAllResult: Error: record at ${position} does not exist` });
    return low;
  }
}

const deleted = (stream) =>
  new Refused({
    code: 9,
    message: `Event stream '${stream}' is deleted.`,
    exception: 'stream-deleted',
    metadata: { 'stream-name': encodeURIComponent(stream) },
  });
