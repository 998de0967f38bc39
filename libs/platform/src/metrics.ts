import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Figures for Prometheus. Libs add theirs to `registry`. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'almoner_http_request_seconds',
    help: 'Time to answer, by method, route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });

  /** One for each method, route and status that was answered: labels are costly to look up. */
  private readonly children = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  observeRequest(method: string, route: string, status: number, seconds: number): void {
    const name = `${status} ${method} ${route}`;
    const known = this.children.get(name);
    if (known !== undefined) return known.observe(seconds);
    const child = this.requests.labels({ method, route, status });
    this.children.set(name, child);
    child.observe(seconds);
  }
}
