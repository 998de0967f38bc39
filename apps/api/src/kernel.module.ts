import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import {
  AggregateStore,
  Clock,
  DatabaseClock,
  DatabaseRunningNumbers,
  EventCodec,
  EventStore,
  Positions,
  Progress,
  RunningNumbers,
  WakeUp,
} from '#libs/event-sourcing';
import { Engine } from './engine.js';
import { Settings } from '#libs/platform';
import { openEventStore } from './open-event-store.js';
import { codec } from './registers.js';

/** The kernel's parts, for every module: the log, the clock, positions. */
@Global()
@Module({
  providers: [
    WakeUp,
    Progress,
    Engine,
    { provide: EventCodec, useValue: codec },
    {
      provide: EventStore,
      useFactory: openEventStore,
      inject: [Settings, Pool, WakeUp, Clock],
    },
    { provide: DatabaseClock, useFactory: (pool: Pool) => new DatabaseClock(pool), inject: [Pool] },
    { provide: Clock, useExisting: DatabaseClock },
    { provide: RunningNumbers, useFactory: (pool: Pool) => new DatabaseRunningNumbers(pool), inject: [Pool] },
    {
      provide: AggregateStore,
      useFactory: (events: EventStore, types: EventCodec) => new AggregateStore(events, types),
      inject: [EventStore, EventCodec],
    },
    {
      provide: Positions,
      useFactory: (pool: Pool, events: EventStore, progress: Progress) => new Positions(pool, events, progress),
      inject: [Pool, EventStore, Progress],
    },
  ],
  exports: [WakeUp, Engine, EventCodec, EventStore, DatabaseClock, Clock, RunningNumbers, AggregateStore, Positions],
})
export class KernelModule implements OnApplicationShutdown {
  constructor(private readonly events: EventStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.events.close();
  }
}
