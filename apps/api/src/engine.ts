import { Injectable, Logger } from '@nestjs/common';
import { Pool } from 'pg';
import { Counter, Gauge } from 'prom-client';
import {
  engineParts,
  EventCodec,
  EventStore,
  Progress,
  statuses,
  WakeUp,
  type EngineParts,
  type HostObserver,
} from '#libs/event-sourcing';
import { Metrics } from '#libs/platform';

const reasonOf = (error: unknown): string => (error instanceof Error ? `${error.name} ${error.message}` : 'error');

/** What everything that follows the log works with, and the figures about it. */
@Injectable()
export class Engine {
  readonly parts: EngineParts;
  readonly builds: HostObserver;

  constructor(
    pool: Pool,
    store: EventStore,
    codec: EventCodec,
    wakeUp: WakeUp,
    progress: Progress,
    { registry }: Metrics,
  ) {
    const logger = new Logger('Projections');
    const registers = [registry];
    const fencesLost = new Counter({
      name: 'proj_fence_lost_total',
      help: 'How often another process had taken a shard over.',
      labelNames: ['projection'],
      registers,
    });
    const gaps = new Counter({ name: 'es_gap_total', help: 'Gaps found in the log. Must stay 0.', registers });
    this.parts = engineParts({
      pool,
      store,
      codec,
      wakeUp,
      progress,
      gapFound: () => gaps.inc(),
      observer: {
        stopped: (name, position, error) => logger.error(`${name} stopped at ${position}: ${reasonOf(error)}`),
        parked: (name, stream, position, error) =>
          logger.error(`${name} parked ${stream} from ${position} on: ${reasonOf(error)}`),
        fenceLost: (projection) => fencesLost.inc({ projection }),
      },
    });
    this.builds = {
      swapped: (projection, build, differences) => {
        const text = `${projection} is shown from build ${build}`;
        if (differences === undefined || differences === 0) logger.log(text);
        else logger.error(`${text}; ${differences} rows of the former build differed from the log`);
      },
      buildFailed: (projection, build, error) =>
        logger.error(`build ${build} of ${projection} came to nothing: ${reasonOf(error)}`),
    };
    this.measure({ registers });
  }

  private measure({ registers }: { readonly registers: Metrics['registry'][] }): void {
    const { parts } = this;
    const labelNames = ['projection', 'build'];
    const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers });
    const position = gauge('proj_position', 'Position that a follower of the log has reached, its slowest shard.');
    const behind = gauge('proj_lag_events', 'Events of the log that a follower has not passed yet.');
    const seconds = gauge('proj_lag_seconds', 'Age of the first event that a follower has not passed yet; 0 if none.');
    const parked = gauge('proj_parked_streams', 'Streams that stand still in a projection.');
    const ratio = gauge('proj_rebuild_ratio', 'How far a build under way has come, 0 to 1.');
    new Gauge({
      name: 'es_head_position',
      help: 'Last position of the log.',
      registers,
      async collect() {
        const found = await statuses(parts);
        for (const each of [position, behind, seconds, parked, ratio]) each.reset();
        for (const status of found) {
          const labels = { projection: status.name, build: String(status.build ?? 0) };
          position.set(labels, asNumber(status.position));
          if (status.behind !== undefined) behind.set(labels, status.behind);
          seconds.set(labels, await ageOfNext(parts, status));
          parked.set(labels, status.parkedStreams);
          if (status.status === 'building')
            ratio.set(labels, (asNumber(status.position) + 1) / Math.max(1, asNumber(status.head) + 1));
        }
        this.set(asNumber(await parts.store.head()));
      },
    });
  }
}

const asNumber = (position: string): number => (position === 'start' ? -1 : Number(position));

async function ageOfNext(
  { store, pool }: EngineParts,
  at: { readonly position: string; readonly head: string },
): Promise<number> {
  if (at.position === at.head) return 0;
  const { events } = await store.readAll(at.position, { max: 1 });
  const [next] = events;
  if (next === undefined) return 0;
  const { rows } = await pool.query<{ age: number }>(
    'select extract(epoch from almoner_now() - $1::timestamptz)::float8 as age',
    [next.recordedAt],
  );
  return Math.max(0, rows[0]?.age ?? 0);
}
