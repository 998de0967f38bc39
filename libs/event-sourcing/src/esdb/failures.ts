/** What the failure of one try says. */
export interface Failure {
  /**
   * `conflict`, `closed`, `too-large` and `refused` are the server's own answers and final; `no-stream` and `no-position`
   * answer reads; `again` is everything that another try may mend.
   */
  readonly kind: 'conflict' | 'closed' | 'too-large' | 'refused' | 'no-stream' | 'no-position' | 'again';
  /** The events of an append may be stored all the same, now or in a moment. */
  readonly maybeStored: boolean;
  /** The client sticks to where it failed: go on with a fresh one. */
  readonly freshClient: boolean;
}

/** The program's own timer rang before the client answered. */
export class NoAnswer extends Error {}

const grpc = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  aborted: 10,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** Texts of code 14 that are said before anything was sent, or by a server that takes nothing yet. */
const nothingSent = /No connection established|ECONNREFUSED|Name resolution failed|Server Is Not Ready/i;

const final = (kind: Failure['kind']): Failure => ({ kind, maybeStored: false, freshClient: false });
const again = (maybeStored: boolean, freshClient: boolean): Failure => ({ kind: 'again', maybeStored, freshClient });

/**
 * Tells the errors of `@eventstore/db-client` apart by type, code and text together, for none of them is enough: a refused
 * revision has no code, a follower answers with the code of "not found", a failed discovery has neither type nor code.
 */
export function failureOf(error: unknown): Failure {
  const { type, code, message = '' } = (error ?? {}) as { type?: unknown; code?: unknown; message?: string };
  switch (type) {
    case 'wrong-expected-version':
      return final('conflict');
    case 'stream-deleted':
      return final('closed');
    case 'maximum-append-size-exceeded':
      return final('too-large');
    case 'stream-not-found':
    case 'no-stream':
      return final('no-stream');
    case 'access-denied':
      return final('refused');
    case 'not-leader':
      return again(false, false);
  }
  if (error instanceof NoAnswer) return again(true, true);
  if (/^Failed to discover/.test(message)) return again(false, true);
  switch (code) {
    case grpc.unavailable:
      return again(!nothingSent.test(message), false);
    case grpc.cancelled:
      return again(true, false);
    case grpc.permissionDenied:
    case grpc.unauthenticated:
    case grpc.invalidArgument:
      return final('refused');
    case grpc.resourceExhausted:
      return /larger than max|message.*(size|large)/i.test(message) ? final('too-large') : again(false, false);
    case grpc.unknown:
      return { kind: 'no-position', maybeStored: true, freshClient: true };
    case grpc.deadlineExceeded:
    case grpc.aborted:
      return again(true, true);
    default:
      return again(true, true);
  }
}
