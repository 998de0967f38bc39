import { Injectable } from '@nestjs/common';
import { AreaTree } from '#libs/areas';
import { AggregateStore, NotFound, type GlobalPosition, type StoredEvent } from '#libs/event-sourcing';
import { personDecider, type RegisteredPerson } from './domain/person.js';
import type { PersonEvent } from './domain/person.events.js';

/** A person folded from their stream. */
export interface LoadedPerson {
  readonly id: string;
  readonly streamId: string;
  readonly person: RegisteredPerson;
  readonly revision: string;
  readonly position: string;
  readonly events: readonly StoredEvent<PersonEvent>[];
}

/** The stream of a person. */
export const personStream = (id: string): string => `person-${id}`;

/** Finds persons by id, for their own pages and for decisions that rest on them. */
@Injectable()
export class Persons {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly areas: AreaTree,
  ) {}

  /**
   * The person as their stream tells it, up to a position where one is given.
   * @throws NotFound where there is none, or their file is kept outside `area`: the two look the same from outside
   */
  async get(id: string, area: string, upTo?: GlobalPosition | 'start'): Promise<LoadedPerson> {
    const loaded = await this.find(id, upTo);
    if (!loaded || !this.isWithin(loaded.person, area)) throw new NotFound('person');
    return loaded;
  }

  /** The person wherever their file is kept; undefined where there was none by then. */
  async find(id: string, upTo?: GlobalPosition | 'start'): Promise<LoadedPerson | undefined> {
    const streamId = personStream(id);
    const { state, revision, position, events } = await this.aggregates.load(personDecider, streamId, upTo);
    if (state.status === 'none') return undefined;
    return { id, streamId, person: state, revision: String(revision), position, events };
  }

  /** Those of these persons that there are, by id; read together. */
  async many(ids: Iterable<string>, upTo?: GlobalPosition | 'start'): Promise<ReadonlyMap<string, LoadedPerson>> {
    const found = await Promise.all([...new Set(ids)].map((id) => this.find(id, upTo)));
    return new Map(found.flatMap((loaded) => (loaded ? [[loaded.id, loaded] as const] : [])));
  }

  /** Those of these persons whose files lie within the area today, as they were known: the right to see a file is that of today. */
  async manyWithin(
    ids: Iterable<string>,
    area: string,
    upTo?: GlobalPosition | 'start',
  ): Promise<ReadonlyMap<string, LoadedPerson>> {
    const today = [...(await this.many(ids))].filter(([, { person }]) => this.isWithin(person, area));
    return upTo === undefined ? new Map(today) : this.many(new Map(today).keys(), upTo);
  }

  /** The file that goes on in the end, where this one was merged: into another, perhaps into a third by now. */
  async survivorOf({ id, person }: LoadedPerson, upTo?: GlobalPosition | 'start'): Promise<string | undefined> {
    const passed = new Set([id]);
    let next = person.mergedInto;
    let last: string | undefined;
    while (next !== undefined && !passed.has(next)) {
      passed.add(next);
      last = next;
      next = (await this.find(next, upTo))?.person.mergedInto;
    }
    return last;
  }

  /** For a refusal: the file in which a merged one goes on, where it lies within the area; elsewhere it is not named. */
  async goingOn(merged: LoadedPerson, area: string): Promise<{ readonly into?: string }> {
    const survivor = await this.survivorOf(merged);
    const last = survivor === undefined ? undefined : await this.find(survivor);
    return last && this.isWithin(last.person, area) ? { into: last.id } : {};
  }

  /** Whether the file is kept within an area: where the person lives now. */
  isWithin({ topics }: RegisteredPerson, area: string): boolean {
    const residence = topics.residence.at(-1);
    return residence !== undefined && this.areas.isWithin(residence.value.area, area);
  }
}
