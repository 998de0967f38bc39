import type { Pool } from 'pg';
import {
  EsdbEventStore,
  PostgresEventStore,
  type AppendObserver,
  type Clock,
  type EventStore,
  type WakeUp,
} from '#libs/event-sourcing';
import type { Settings } from '#libs/platform';

/**
 * Opens the log that the settings name. Whoever opened it closes it. The client of EventStoreDB is loaded only where it
 * is used.
 */
export async function openEventStore(
  { eventStore, eventStoreUrl }: Pick<Settings, 'eventStore' | 'eventStoreUrl'>,
  pool: Pool,
  wakeUp: WakeUp,
  clock: Clock,
  observer?: AppendObserver,
): Promise<EventStore> {
  if (eventStore === 'postgres' || eventStoreUrl === undefined)
    return new PostgresEventStore(pool, wakeUp, { ...(observer && { observer }) });
  return EsdbEventStore.open(eventStoreUrl, { now: () => clock.now(), wakeUp });
}
