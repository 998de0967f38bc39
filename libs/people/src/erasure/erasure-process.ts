import { Injectable } from '@nestjs/common';
import {
  AggregateStore,
  derivedId,
  failpoint,
  type CommandMeta,
  type ProcessManager,
  type StoredEvent,
} from '#libs/event-sourcing';
import { Claims, type ClaimName } from '../claims/claims.js';
import { personPersonalFields } from '../domain/person.events.js';
import { KeyedIndex } from '../privacy/keyed-index.js';
import { SubjectKeys } from '../privacy/subject-keys.js';
import { erasureDecider, isDestroyed, type Erasure, type OpenErasure } from './erasure.js';
import type { ErasureApproved, ErasureEvent } from './erasure.events.js';
import { Companions } from './companions.js';
import { SubjectFiles } from './subject-file.js';

/** What an approval asks for: that it be carried out, at once. */
export const erasureNotes = {
  name: 'erasure',
  on: {
    ErasureApproved: ({ streamId, id, recordedAt, metadata }: StoredEvent<ErasureApproved>) => [
      {
        at: recordedAt,
        payload: { erasureId: streamId.slice('erasure-'.length), eventId: id, area: metadata['area'] ?? '' },
      },
    ],
  },
};

/** The term under which a person's identity is kept: with it go the claims that it holds. */
const identityTerm = personPersonalFields.PersonRegistered.identity.retention;

/**
 * Carries out what was approved: destroys the keys, says so in the log, sets the person's claims free. Whatever it is stopped
 * at, the next try does it all again, and what is done already stays as it is. Read models follow the event; what they and
 * the files of the database held before is removed by the clean-up.
 */
@Injectable()
export class ErasureProcess implements ProcessManager<ErasureApproved> {
  readonly name = erasureNotes.name;
  readonly on = erasureNotes.on;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly keys: SubjectKeys,
    private readonly claims: Claims,
    private readonly index: KeyedIndex,
    private readonly files: SubjectFiles,
    private readonly companions: Companions,
  ) {}

  async due(
    { erasureId = '', eventId = '', area = '' }: Readonly<Record<string, string>>,
    commandId: string,
  ): Promise<void> {
    const stream = `erasure-${erasureId}`;
    const { state } = await this.aggregates.load<Erasure, ErasureEvent>(erasureDecider, stream);
    if (state.status !== 'approved' && (state.status === 'none' || !isDestroyed(state))) return;
    const meta = { commandId, correlationId: commandId, causationId: eventId, actor: this.name, role: 'system', area };
    const alongside = await this.companions.of(state.subject);
    const keyIds: string[] = [];
    for (const subject of [state.subject, ...alongside])
      keyIds.push(...(await this.keys.destroy(subject, state.retentions)));
    failpoint('erasure.afterKeys');
    await this.aggregates.execute(erasureDecider, {
      id: erasureId,
      stream,
      command: { type: 'RecordDestruction', data: { keyIds, ...(alongside.length > 0 && { alongside }) } },
      context: { today: '', by: this.name, role: 'system' },
      meta,
    });
    failpoint('erasure.afterEvent');
    await this.release(state, meta);
    failpoint('erasure.afterClaims');
  }

  /** The identity number may be registered anew, and nobody counts any more as a member of whatever household. */
  private async release({ subject, kind, retentions }: OpenErasure, meta: CommandMeta): Promise<void> {
    if (kind !== 'person' || !retentions.includes(identityTerm)) return;
    const { identityHashes } = await this.files.get(subject);
    const claims: readonly ClaimName[] = [
      ...identityHashes.map((hash) => ({ kind: 'identity' as const, hash })),
      { kind: 'membership', hash: this.index.hash('membership', subject.slice('person-'.length)) },
    ];
    for (const claim of claims) {
      const held = await this.claims.find(claim);
      if (held === undefined || (claim.kind === 'identity' && held.owner !== subject)) continue;
      const by = { ...meta, commandId: derivedId(meta.commandId, `release ${claim.hash}`) };
      await this.claims.release([claim], { owner: held.owner, reason: 'erased', meta: by });
    }
  }
}
