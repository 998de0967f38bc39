import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Pool } from 'pg';
import { Gauge } from 'prom-client';
import { NoticeClock } from '#libs/cases';
import {
  EventCodec,
  EventStore,
  ProcessManagerRunner,
  ProjectionRunner,
  WakeUp,
  type ProcessManager,
  type ProjectionLog,
} from '#libs/event-sourcing';
import { Metrics } from '#libs/platform';
import { projections } from './registers.js';

/** Runs everything that follows the log: projections and process managers. */
@Injectable()
export class Readers implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('Readers');
  private readonly runners: readonly (ProjectionRunner | ProcessManagerRunner)[];

  constructor(
    private readonly pool: Pool,
    private readonly store: EventStore,
    codec: EventCodec,
    wakeUp: WakeUp,
    noticeClock: NoticeClock,
    metrics: Metrics,
  ) {
    const log: ProjectionLog = {
      stopped: (name, position, error) =>
        this.logger.error(
          `${name} stopped at ${position}: ${error instanceof Error ? `${error.name} ${error.message}` : 'error'}`,
        ),
    };
    this.runners = [
      ...projections.map((projection) => new ProjectionRunner(pool, store, codec, projection, wakeUp, log)),
      new ProcessManagerRunner(pool, store, codec, noticeClock as ProcessManager, wakeUp, log),
    ];
    this.measureLag(metrics);
  }

  onApplicationBootstrap(): void {
    for (const runner of this.runners) runner.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.stop()));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.onModuleDestroy();
  }

  private measureLag({ registry }: Metrics): void {
    const { pool, store } = this;
    new Gauge({
      name: 'proj_lag_events',
      help: 'Events of the log that a reader has not passed yet.',
      labelNames: ['projection'],
      registers: [registry],
      async collect() {
        const head = await store.head();
        const last = head === 'start' ? -1 : Number(head);
        const { rows } = await pool.query<{ projection: string; position: string }>(
          'select projection, position from proj_checkpoint',
        );
        for (const { projection, position } of rows)
          this.set({ projection }, last - (position === 'start' ? -1 : Number(position)));
      },
    });
  }
}
