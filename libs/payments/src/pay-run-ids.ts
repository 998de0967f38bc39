import { createHash } from 'node:crypto';
import { uuidV5 } from '#libs/event-sourcing';
import { canonicalBytes, type StoredEvent } from '#libs/event-sourcing';
import type { PayLine, PayRunEvent } from './domain/pay-run.events.js';

/** Namespace of pay runs; never changes. */
const PAY_RUN_NAMESPACE = '1f5a8c52-7c0e-4f0b-9d53-2b8f6e0a4d17';

/** The id of a run. It is made of what may exist once, so that two runs of one month cannot both be opened. */
export const payRunId = (run: {
  readonly area: string;
  readonly scheme: string;
  readonly month: string;
  readonly sequence: number;
}): string => uuidV5(`${run.area}/${run.scheme}/${run.month}/${run.sequence}`, PAY_RUN_NAMESPACE);

export const payRunStream = (runId: string): string => `payrun-${runId}`;

export const runIdOf = (stream: string): string => stream.slice('payrun-'.length);

/** The id of a line on a run's list. */
export const listLineId = (
  runId: string,
  { caseId, month, kind }: Pick<PayLine, 'caseId' | 'month' | 'kind'>,
): string => uuidV5(`${caseId}/${month}/${kind}`, runId);

/** The id of the line that repeats a failed one. */
export const reissueLineId = (runId: string, replaces: string): string => uuidV5(`re-issue/${replaces}`, runId);

/** SHA-256, in hex, of the canonical JSON of the lines as they were listed. */
export function listDigestOf(events: readonly StoredEvent<PayRunEvent>[]): string {
  const lines = events.flatMap((event) => (event.type === 'PayListGenerated' ? event.data.lines : []));
  return createHash('sha256').update(canonicalBytes(lines)).digest('hex');
}
