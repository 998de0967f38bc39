/** Where a process can be told to die, so that a test sees what was left behind. */
export type Failpoint =
  | 'append.afterCommit'
  | 'projection.afterRows'
  | 'projection.afterCommit'
  | 'outbox.afterDelivery'
  | 'claims.afterReserve'
  | 'claims.afterRecord'
  | 'claims.afterConfirm'
  | 'claims.afterAbandon'
  | 'claims.beforeRelease'
  | 'registration.afterPersons'
  | 'erasure.afterKeys'
  | 'erasure.afterEvent'
  | 'erasure.afterClaims'
  | 'erasure.afterRewriting';

/**
 * Kills this process, as a power cut would, where FAIL_AT names the place. Only tests set it; production never obeys.
 */
export function failpoint(place: Failpoint): void {
  if (process.env['FAIL_AT'] === place && process.env['NODE_ENV'] === 'test') process.kill(process.pid, 'SIGKILL');
}
