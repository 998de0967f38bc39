import { Injectable } from '@nestjs/common';
import { EventCodec, EventStore, NotFound } from '#libs/event-sourcing';
import { householdDecider } from '../domain/household.js';
import { personDecider } from '../domain/person.js';
import { foldSealed } from '../fold-sealed.js';
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
  readonly identityHash?: string;
  readonly personId?: string;
  readonly members?: readonly { readonly personId: string }[];
}

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
    const place = await (kind === 'person' ? this.ofPerson(subject) : this.ofHousehold(subject));
    if (place === undefined) throw new NotFound(kind);
    let lastRecordedAt = '';
    const identityHashes = new Set<string>();
    const members = new Set<string>();
    for await (const recorded of this.events.readStream(subject)) {
      const said = this.codec.decode(recorded).data as ClearData;
      if (said.identityHash !== undefined) identityHashes.add(said.identityHash);
      if (kind === 'household') for (const personId of membersIn(said)) members.add(personId);
      lastRecordedAt = recorded.recordedAt;
    }
    return { kind, ...place, identityHashes: [...identityHashes], members: [...members], lastRecordedAt };
  }

  private async ofPerson(subject: string): Promise<Pick<SubjectFile, 'area' | 'areaPath' | 'diedOn'> | undefined> {
    const person = await foldSealed(this.events, this.codec, personDecider, subject);
    const residence = person.status === 'none' ? undefined : person.topics.residence.at(-1);
    if (person.status === 'none' || residence === undefined) return undefined;
    const { area, areaPath } = residence.value;
    const death = person.topics.death.at(-1);
    return { area, areaPath, ...(death && { diedOn: death.happenedOn }) };
  }

  private async ofHousehold(subject: string): Promise<Pick<SubjectFile, 'area' | 'areaPath'> | undefined> {
    const household = await foldSealed(this.events, this.codec, householdDecider, subject);
    const place = household.status === 'none' ? undefined : household.topics.place.at(-1);
    return place && { area: place.value.area, areaPath: place.value.areaPath };
  }
}

const membersIn = ({ members = [], personId }: ClearData): readonly string[] => [
  ...members.map((member) => member.personId),
  ...(personId === undefined ? [] : [personId]),
];
