import { Injectable } from '@nestjs/common';
import { Histogram } from 'prom-client';
import type { AppendObserver } from '#libs/event-sourcing';
import { Metrics } from '#libs/platform';

/** Figures about appends to the log. */
@Injectable()
export class AppendFigures implements AppendObserver {
  private readonly seconds;
  private readonly sizes;

  constructor({ registry }: Metrics) {
    this.seconds = new Histogram({
      name: 'es_append_seconds',
      help: 'Time from asking for an append to its answer, by outcome.',
      labelNames: ['outcome'] as const,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 10],
      registers: [registry],
    });
    this.sizes = new Histogram({
      name: 'es_append_batch_size',
      help: 'Commands that were written in one transaction.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 500],
      registers: [registry],
    });
  }

  appended(outcome: string, seconds: number): void {
    this.seconds.observe({ outcome }, seconds);
  }

  batch(size: number): void {
    this.sizes.observe(size);
  }
}
