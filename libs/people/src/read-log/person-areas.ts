import { Injectable } from '@nestjs/common';
import { AreaTree } from '#libs/areas';
import { EventStore, NotFound } from '#libs/event-sourcing';

/** Tells where a person's file lies, from what stands in clear in their stream: no key is needed for it. */
@Injectable()
export class PersonAreas {
  constructor(
    private readonly events: EventStore,
    private readonly areas: AreaTree,
  ) {}

  /** @throws NotFound where there is no such person, or none within `area`: the two look the same from outside */
  async checkVisible(personId: string, area: string): Promise<void> {
    let where: string | undefined;
    for await (const { type, data } of this.events.readStream(`person-${personId}`)) {
      if (type === 'PersonRegistered' || type === 'ResidenceRecorded')
        where = (JSON.parse(Buffer.from(data).toString('utf8')) as { readonly area: string }).area;
    }
    if (where === undefined || !this.areas.isWithin(where, area)) throw new NotFound('person');
  }
}
