import type { LoadedErasure } from '../erasures.js';
import type { ErasureRow } from '../erasure-list.js';
import type { SubjectKind } from '../erasure.events.js';
import type { ErasureListItem, ErasureView } from './erasures.dto.js';

const subjectIdOf = (kind: SubjectKind, subject: string): string => subject.slice(kind.length + 1);

/** A row of the list. */
export const erasureListItem = (row: ErasureRow): ErasureListItem => ({
  id: row.id,
  kind: row.kind,
  subjectId: subjectIdOf(row.kind, row.subject),
  retentions: row.retentions,
  ground: row.ground,
  status: row.status,
  area: row.areaCode,
  requestedOn: row.requestedOn,
  ...(row.possibleFrom !== null && { possibleFrom: row.possibleFrom }),
});

/** An erasure as its own page shows it. */
export function erasureView({ id, state, revision, position }: LoadedErasure): ErasureView {
  const { kind, subject, retentions, ground, status, area, requestedOn, requestedBy, keyIds } = state;
  const { refusal, approvedBy, approvedOn, completion } = state;
  return {
    id,
    kind,
    subjectId: subjectIdOf(kind, subject),
    retentions: [...retentions],
    ground,
    status,
    area,
    requestedOn,
    requestedBy,
    ...(refusal && { reason: refusal.reason }),
    ...(refusal?.possibleFrom !== undefined && { possibleFrom: refusal.possibleFrom }),
    holds: (refusal?.holds ?? []).map((hold) => ({ ...hold })),
    ...(approvedBy !== undefined && { approvedBy }),
    ...(approvedOn !== undefined && { approvedOn }),
    keysDestroyed: keyIds.length,
    ...(completion && { completion: { ...completion, left: [...completion.left] } }),
    revision,
    position,
  };
}
