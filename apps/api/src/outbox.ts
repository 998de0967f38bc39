import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Gauge } from 'prom-client';
import { outboxFigures, OutboxRunner, type Deliverer } from '#libs/event-sourcing';
import { BankFileDelivery } from '#libs/payments';
import { Metrics } from '#libs/platform';
import { Engine } from './engine.js';

/** Delivers what leaves the database, and gives the figures about it. */
@Injectable()
export class Outbox implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly runners: readonly OutboxRunner[];

  constructor({ parts }: Engine, bankFiles: BankFileDelivery, { registry }: Metrics) {
    const logger = new Logger('Outbox');
    const deliverers: readonly Deliverer[] = [bankFiles];
    this.runners = deliverers.map(
      (deliverer) =>
        new OutboxRunner(parts.pool, deliverer, parts.progress, {
          failed: (kind, what, error) =>
            logger.error(`${kind} ${what} failed: ${error instanceof Error ? error.name : 'error'}`),
        }),
    );
    const kinds = deliverers.map(({ kind }) => kind);
    const gauge = (name: string, help: string, figure: 'waiting' | 'oldestSeconds') =>
      new Gauge({
        name,
        help,
        labelNames: ['kind'],
        registers: [registry],
        async collect() {
          this.reset();
          for (const kind of kinds) this.set({ kind }, 0);
          for (const found of await outboxFigures(parts.pool)) this.set({ kind: found.kind }, found[figure]);
        },
      });
    gauge('outbox_waiting', 'Messages that are not delivered yet.', 'waiting');
    gauge(
      'outbox_oldest_seconds',
      'How long the oldest message that is not delivered has waited; 0 if none.',
      'oldestSeconds',
    );
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
}
