import { HttpException } from '@nestjs/common';
import {
  NotFound,
  OutcomeUnknown,
  RefusedCommand,
  RevisionConflict,
  SealingUnavailable,
  StreamClosed,
  TooLarge,
  Unavailable,
  UnknownEventType,
} from '#libs/event-sourcing';
import { Problem } from './problem.js';

/** Codes for errors of the HTTP layer, by status. */
const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  408: 'REQUEST_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

const soon = { headers: { 'retry-after': '1' } };

/**
 * Makes a problem of whatever was thrown. The status of a refusal stands in the catalogue, so it is 409 here until the
 * catalogue is asked.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof RefusedCommand) return new Problem(409, error.refusal.code, { details: error.refusal.details });
  return fromKernel(error) ?? fromHttp(error) ?? fromDatabase(error) ?? new Problem(500, 'INTERNAL');
}

function fromKernel(error: unknown): Problem | undefined {
  if (error instanceof RevisionConflict) return fromConflict(error);
  if (error instanceof OutcomeUnknown) return new Problem(503, 'OUTCOME_UNKNOWN', soon);
  if (error instanceof SealingUnavailable) return new Problem(503, 'KEYS_UNAVAILABLE', soon);
  if (error instanceof Unavailable)
    return new Problem(503, error.overloaded ? 'STORE_BUSY' : 'STORE_UNAVAILABLE', soon);
  if (error instanceof TooLarge) return new Problem(413, 'TOO_LARGE');
  if (error instanceof StreamClosed) return new Problem(409, 'STREAM_CLOSED');
  if (error instanceof UnknownEventType)
    return new Problem(503, 'EVENT_UNKNOWN', { details: { event: error.message } });
  if (error instanceof NotFound) return new Problem(404, 'NOT_FOUND');
  return undefined;
}

/** A person saw an older state; or, where nobody saw one, two commands met. */
function fromConflict({ expected, actual }: RevisionConflict): Problem {
  if (typeof expected !== 'bigint') return new Problem(409, 'CHANGED_MEANWHILE', soon);
  if (actual === 'no_stream') return new Problem(404, 'NOT_FOUND');
  return new Problem(412, 'REVISION_STALE', {
    details: { revision: String(actual) },
    headers: { etag: `"${actual}"` },
  });
}

/** Errors of Nest, and of Fastify, which carry `statusCode`. */
function fromHttp(error: unknown): Problem | undefined {
  const status = error instanceof HttpException ? error.getStatus() : statusCodeOf(error);
  if (status === undefined || status < 400 || status > 499) return undefined;
  if (status === 400) return new Problem(400, isAboutJson(error) ? 'MALFORMED_JSON' : 'BAD_REQUEST');
  return new Problem(status, BY_STATUS[status] ?? 'BAD_REQUEST');
}

function statusCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const status: unknown = Reflect.get(error, 'statusCode');
  return typeof status === 'number' ? status : undefined;
}

const isAboutJson = (error: unknown): boolean =>
  error instanceof Error && /json|__proto__|prototype/i.test(error.message);

/**
 * Connection lost, refused or timed out; server shutting down, full, read-only or out of connections; locks and deadlocks. Also
 * a table or column that is not there: a read model of another version is being put in place.
 */
const UNAVAILABLE_CODES =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|08|40001|40P01|25006|53|55P03|57|42P01|42703)/;

function fromDatabase(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  const lost =
    (typeof code === 'string' && UNAVAILABLE_CODES.test(code)) ||
    /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Cannot use a pool after|Client has encountered)/.test(
      error.message,
    );
  return lost ? new Problem(503, 'STORE_UNAVAILABLE', soon) : undefined;
}
