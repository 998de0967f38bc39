import { Injectable } from '@nestjs/common';
import { EventStore, Positions, Unavailable } from '#libs/event-sourcing';
import { Companions } from '#libs/people';
import { CaseListReader } from './projections/case-list.js';

const listWaitMs = 5_000;

/**
 * What officers wrote in the cases of a household, or of a person's own benefits, is erased with the household or the person.
 */
@Injectable()
export class CaseCompanions extends Companions {
  constructor(
    private readonly list: CaseListReader,
    private readonly events: EventStore,
    private readonly positions: Positions,
  ) {
    super();
  }

  /** @throws Unavailable where the caseload lags behind the log */
  override async of(subject: string): Promise<readonly string[]> {
    if (!(await this.positions.reached(['case-list'], await this.events.head(), listWaitMs)))
      throw new Unavailable('the caseload has not reached the head of the log');
    const dash = subject.indexOf('-');
    const [kind, id] = [subject.slice(0, dash), subject.slice(dash + 1)];
    const ids = await this.list.idsOf(kind === 'person' ? { personId: id } : { householdId: id });
    return ids.map((each) => `case-${each}`);
  }
}
