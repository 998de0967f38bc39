import { describe, expect, it } from '@jest/globals';
import { canonicalBytes, type PersonalTree, type RecordedEvent } from '#libs/event-sourcing';
import { purposes, retentionClasses } from '#libs/people';
import { caseGolden } from '../../../test/golden/case.js';
import { claimGolden } from '../../../test/golden/claim.js';
import { erasureGolden } from '../../../test/golden/erasure.js';
import { storedBytes, type Golden, type StoredBytes } from '../../../test/golden/golden.js';
import { householdGolden } from '../../../test/golden/household.js';
import { personGolden } from '../../../test/golden/person.js';
import { payRunGolden } from '../../../test/golden/payrun.js';
import { codec, eventRegisters } from './registers.js';

const says: Golden<{ type: string; data: object }> = {
  ...personGolden,
  ...householdGolden,
  ...claimGolden,
  ...erasureGolden,
  ...caseGolden,
  ...payRunGolden,
};
const golden = eventRegisters.flatMap(({ category }) =>
  storedBytes(category).map((stored) => ({ category, ...stored })),
);
const written = eventRegisters.flatMap(({ category, types }) =>
  Object.entries(types).flatMap(([type, { version }]) =>
    Array.from({ length: version }, (_, before) => `${category}: ${type} ${before + 1}`),
  ),
);

const recorded = ({ type, version, data, metadata }: StoredBytes): RecordedEvent => ({
  streamId: 'any-1',
  revision: 0n,
  position: '0',
  id: '5d0f1c0e-3a5e-4c8f-9b77-0c6a2f8e1d42',
  type,
  schemaVersion: version,
  data: Buffer.from(data),
  metadata: JSON.parse(metadata) as Record<string, string>,
  recordedAt: '2025-09-01T00:00:00.000Z',
  leafHash: new Uint8Array(32),
});

describe('events that were stored once', () => {
  it('have one golden line for each type and each version of it', () => {
    const lines = golden.map(({ category, type, version }) => `${category}: ${type} ${version}`);
    expect(lines.sort()).toEqual(written.sort());
  });

  it.each(golden)('$type in version $version are read as what they say, in the shape of today', (stored) => {
    const { data, metadata } = codec.decode(recorded(stored));
    expect(data).toEqual(says[stored.type]?.[stored.version - 1]);
    expect(metadata).toMatchObject({ schemaVersion: String(stored.version) });
  });

  it.each(golden)('$type in version $version were stored as canonical bytes', ({ data, metadata }) => {
    expect(canonicalBytes(JSON.parse(data)).toString()).toBe(data);
    expect(canonicalBytes(JSON.parse(metadata)).toString()).toBe(metadata);
  });

  it.each(golden.filter(({ type, version }) => !codec.knows(type, version + 1)))(
    '$type are written today as the very bytes of version $version',
    ({ type, version, data, metadata }) => {
      const { schemaVersion: _, ...given } = JSON.parse(metadata) as Record<string, string>;
      const event = codec.encode({ type, data: says[type]?.[version - 1] ?? {} }, 'id', given);
      expect(Buffer.from(event.data).toString()).toBe(data);
      expect(canonicalBytes(event.metadata).toString()).toBe(metadata);
    },
  );
});

/** How the fields of a tree are kept. */
const keptIn = (tree: PersonalTree): readonly PersonalTree[] =>
  'purpose' in tree && typeof tree['purpose'] === 'string' ? [tree] : Object.values(tree).flatMap(keptIn);

describe('personal fields', () => {
  const kept = eventRegisters.flatMap(({ personal = {} }) =>
    Object.values(personal).flatMap((tree) => keptIn(tree ?? {})),
  );

  it('are kept for purposes and terms that there are', () => {
    expect(kept.length).toBeGreaterThan(0);
    for (const { purpose, retention } of kept) {
      expect(purposes).toContain(purpose);
      expect(Object.keys(retentionClasses)).toContain(retention);
    }
  });
});
