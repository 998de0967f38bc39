import { Injectable } from '@nestjs/common';
import { EventCodec, EventStore, NotFound } from '#libs/event-sourcing';
import type { SubjectKind } from './erasure.events.js';

/** What stands in the clear in a subject's stream and is asked of it by an erasure. */
export interface SubjectFile {
  readonly kind: SubjectKind;
  /** The area that keeps the file now. */
  readonly area: string;
  readonly areaPath: string;
  /** Keyed hashes of a person's identity documents: their claims are named by them. */
  readonly identityHashes: readonly string[];
  /** Ids of everyone who ever was a member of a household. */
  readonly members: readonly string[];
  /** A local date. */
  readonly diedOn?: string;
  /** RFC 3339. */
  readonly lastRecordedAt: string;
}

/** What events of persons and households say in the clear; each says some of it. */
interface ClearData {
  readonly area?: string;
  readonly areaPath?: string;
  readonly identityHash?: string;
  readonly personId?: string;
  readonly members?: readonly { readonly personId: string }[];
  readonly happenedOn?: string;
  readonly factId?: string;
}

/** Events that say where a file is kept. A split names the area of the household that it makes. */
const placing = new Set(['PersonRegistered', 'ResidenceRecorded', 'HouseholdRegistered', 'HouseholdMoved']);

/** Reads subjects' streams without opening what is sealed in them: it also works when the keys are gone. */
@Injectable()
export class SubjectFiles {
  constructor(
    private readonly events: EventStore,
    private readonly codec: EventCodec,
  ) {}

  /** @throws NotFound where there is no such person or household */
  async get(subject: string): Promise<SubjectFile> {
    const kind = subject.startsWith('person-') ? 'person' : 'household';
    let place: { readonly area: string; readonly areaPath: string } | undefined;
    let death: ClearData | undefined;
    let lastRecordedAt = '';
    const identityHashes = new Set<string>();
    const members = new Set<string>();
    for await (const recorded of this.events.readStream(subject)) {
      const { type, data } = this.codec.decode(recorded);
      const said = data as ClearData;
      const { area, areaPath } = said;
      if (placing.has(type) && area !== undefined && areaPath !== undefined) place = { area, areaPath };
      if (said.identityHash !== undefined) identityHashes.add(said.identityHash);
      if (kind === 'household') for (const personId of membersIn(said)) members.add(personId);
      if (type === 'DeathRecorded') death = said;
      if (type === 'FactWithdrawn' && said.factId === death?.factId) death = undefined;
      lastRecordedAt = recorded.recordedAt;
    }
    if (place === undefined) throw new NotFound(kind);
    return {
      kind,
      ...place,
      identityHashes: [...identityHashes],
      members: [...members],
      ...(death?.happenedOn !== undefined && { diedOn: death.happenedOn }),
      lastRecordedAt,
    };
  }
}

const membersIn = ({ members = [], personId }: ClearData): readonly string[] => [
  ...members.map((member) => member.personId),
  ...(personId === undefined ? [] : [personId]),
];
