import { Injectable } from '@nestjs/common';
import { AreaTree } from '#libs/areas';
import { EventCodec, EventStore, NotFound } from '#libs/event-sourcing';
import { personDecider } from '../domain/person.js';
import { foldSealed } from '../fold-sealed.js';

/** Tells where a person's file lies, from what stands in clear in their stream: no key is needed for it. */
@Injectable()
export class PersonAreas {
  constructor(
    private readonly events: EventStore,
    private readonly codec: EventCodec,
    private readonly areas: AreaTree,
  ) {}

  /** @throws NotFound where there is no such person, or none within `area`: the two look the same from outside */
  async checkVisible(personId: string, area: string): Promise<void> {
    const person = await foldSealed(this.events, this.codec, personDecider, `person-${personId}`);
    const where = person.status === 'none' ? undefined : person.topics.residence.at(-1)?.value.area;
    if (where === undefined || !this.areas.isWithin(where, area)) throw new NotFound('person');
  }
}
