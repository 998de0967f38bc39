import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { projection, readTable } from '#libs/event-sourcing';
import type { ClaimEvent, ClaimKind } from '../domain/claim.events.js';
import type { ClaimName } from '../claims/claims.js';

/** A claim that is reserved and neither confirmed nor free. */
@Entity({ schema: 'read', name: 'open_claim', comment: 'Claims that were reserved and wait for their owner’s event.' })
export class OpenClaimRow {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'open_claim_pkey' })
  hash!: string;
  @Column('text')
  kind!: string;
  @Column('timestamptz', { name: 'reserved_at' })
  reservedAt!: string;
}

const hashOf = (streamId: string): string => streamId.slice('claim-'.length);

/** Which claims were left half done? */
export const openClaims = projection<ClaimEvent, { claim: OpenClaimRow }>({
  name: 'open-claim',
  version: 1,
  shards: 2,
  tables: { claim: readTable(OpenClaimRow, { indexes: ['(reserved_at)'] }) },
  on: {
    ClaimReserved({ streamId, data, recordedAt }, { claim }) {
      const row = { hash: hashOf(streamId), kind: data.kind, reservedAt: recordedAt };
      claim.find(row.hash, (found) => (found ? claim.change(row.hash, row) : claim.add(row)));
    },
    ClaimConfirmed: ({ streamId }, { claim }) => claim.find(hashOf(streamId), (row) => row && claim.remove(row.hash)),
    ClaimReleased: ({ streamId }, { claim }) => claim.find(hashOf(streamId), (row) => row && claim.remove(row.hash)),
  },
});

/** Finds claims that were left half done. */
@Injectable()
export class OpenClaimReader {
  constructor(private readonly pool: Pool) {}

  /** Those reserved before an instant, the oldest first. */
  async reservedBefore(instant: string, limit: number): Promise<ClaimName[]> {
    const { rows } = await this.pool.query<{ hash: string; kind: ClaimKind }>(
      'select hash, kind from read.open_claim where reserved_at < $1 order by reserved_at limit $2',
      [instant, limit],
    );
    return rows;
  }
}
