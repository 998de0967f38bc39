import {
  canonicalBytes,
  OutcomeUnknown,
  Unavailable,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
} from '#libs/event-sourcing';
import type { Journal } from './journal.js';
import type { Random } from './random.js';

/** Appends to the store itself, where HTTP is not the point, and writes down what it is told. */
export class Appender {
  private count = 0;

  constructor(
    private readonly store: EventStore,
    private readonly journal: Journal,
    private readonly random: Random,
  ) {}

  /** An application for a case that nobody else knows, which the read models take; `padding` makes its event large. */
  application(padding = ''): { stream: string; event: NewEvent } {
    const id = this.random.uuid();
    const data = {
      happenedOn: '2025-09-01',
      knownOn: '2025-09-01',
      number: `faults-${(this.count += 1)}-${id}`,
      scheme: 'dibao',
      householdId: this.random.uuid(),
      area: '430225100201',
      areaPath: '430000.430200.430225.430225100.430225100201',
      residence: 'rural',
      ...(padding !== '' && { padding }),
    };
    return { stream: `case-${id}`, event: this.event('ApplicationSubmitted', data) };
  }

  /** An event with an id and a command of its own. */
  event(type: string, data: object): NewEvent {
    const commandId = this.random.uuid();
    const metadata = { commandId, actor: 'development:township-officer', role: 'township-officer', schemaVersion: '1' };
    return { id: this.random.uuid(), type, schemaVersion: 1, data: canonicalBytes(data), metadata };
  }

  /**
   * One append, repeated while nobody knows what became of it.
   * @returns `unavailable` where the store says for certain that it recorded nothing
   */
  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    { patienceMs = 60_000 }: { readonly patienceMs?: number } = {},
  ): Promise<'ok' | 'duplicate' | 'unavailable' | 'lost'> {
    const key = events.map(({ id }) => id).join();
    this.journal.invoke(key, { events: events.map(({ id }) => id) });
    for (const end = performance.now() + patienceMs; ;) {
      try {
        const { status, revision, position } = await this.store.append(stream, expected, events);
        this.journal.ok(key, { revision: String(revision), position });
        return status;
      } catch (error) {
        if (error instanceof Unavailable) {
          this.journal.fail(key, error.message);
          return 'unavailable';
        }
        if (!(error instanceof OutcomeUnknown)) throw error;
        this.journal.unknown(key, error.message);
        if (performance.now() > end) return 'lost';
      }
    }
  }
}
