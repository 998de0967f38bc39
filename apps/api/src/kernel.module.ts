import { Global, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import {
  AggregateStore,
  Clock,
  DatabaseClock,
  DatabaseRunningNumbers,
  EventCodec,
  EventStore,
  LogListener,
  Positions,
  Progress,
  RunningNumbers,
  Sealing,
  WakeUp,
} from '#libs/event-sourcing';
import { PrivacyModule } from '#libs/people';
import { Readiness, Settings } from '#libs/platform';
import { AppendFigures } from './append-figures.js';
import { Engine } from './engine.js';
import { openEventStore } from './open-event-store.js';
import { codec } from './registers.js';

/** The kernel's parts, for every module: the log, the clock, positions. */
@Global()
@Module({
  imports: [PrivacyModule],
  providers: [
    WakeUp,
    Progress,
    Engine,
    AppendFigures,
    { provide: EventCodec, useValue: codec },
    {
      provide: EventStore,
      useFactory: openEventStore,
      inject: [Settings, Pool, WakeUp, Clock, AppendFigures],
    },
    {
      provide: LogListener,
      useFactory: (pool: Pool, wakeUp: WakeUp) => new LogListener(pool, wakeUp),
      inject: [Pool, WakeUp],
    },
    { provide: DatabaseClock, useFactory: (pool: Pool) => new DatabaseClock(pool), inject: [Pool] },
    { provide: Clock, useExisting: DatabaseClock },
    { provide: RunningNumbers, useFactory: (pool: Pool) => new DatabaseRunningNumbers(pool), inject: [Pool] },
    {
      provide: AggregateStore,
      useFactory: (events: EventStore, types: EventCodec, sealing: Sealing) =>
        new AggregateStore(events, types, sealing),
      inject: [EventStore, EventCodec, Sealing],
    },
    {
      provide: Positions,
      useFactory: (pool: Pool, events: EventStore, progress: Progress) => new Positions(pool, events, progress),
      inject: [Pool, EventStore, Progress],
    },
  ],
  exports: [WakeUp, Engine, EventCodec, EventStore, DatabaseClock, Clock, RunningNumbers, AggregateStore, Positions],
})
export class KernelModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly events: EventStore,
    private readonly listener: LogListener,
    readiness: Readiness,
    { eventStore }: Settings,
  ) {
    if (eventStore !== 'postgres') readiness.require('event store', () => events.head());
  }

  onApplicationBootstrap(): void {
    this.listener.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.listener.close(), this.events.close()]);
  }
}
