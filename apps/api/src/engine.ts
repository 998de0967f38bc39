import { Injectable, Logger } from '@nestjs/common';
import { Pool } from 'pg';
import { Counter, Gauge } from 'prom-client';
import {
  describeError,
  engineParts,
  EventCodec,
  EventStore,
  Progress,
  Sealing,
  statuses,
  WakeUp,
  type EngineParts,
  type FollowerStatus,
  type HostObserver,
  type VerifierObserver,
} from '#libs/event-sourcing';
import { Metrics } from '#libs/platform';

/** Figures that are asked for within this time are of one look. */
const sharedMs = 500;

/** What everything that follows the log works with, and the figures about it. */
@Injectable()
export class Engine {
  readonly parts: EngineParts;
  readonly builds: HostObserver;
  readonly verifications: VerifierObserver;

  constructor(
    pool: Pool,
    store: EventStore,
    codec: EventCodec,
    sealing: Sealing,
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
      sealing,
      wakeUp,
      progress,
      gapFound: () => gaps.inc(),
      observer: {
        stopped: (name, position, error) => logger.error(`${name} stopped at ${position}: ${describeError(error)}`),
        parked: (name, stream, position, error) =>
          logger.error(`${name} parked ${stream} from ${position} on: ${describeError(error)}`),
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
        logger.error(`build ${build} of ${projection} came to nothing: ${describeError(error)}`),
    };
    const differing = new Gauge({
      name: 'proj_verify_differences',
      help: 'Rows in which a read model differed from the log when it was last compared. Must stay 0.',
      labelNames: ['projection'],
      registers,
    });
    this.verifications = {
      verified: ({ projection, differences, position }) => {
        differing.set({ projection }, differences);
        if (differences > 0) logger.error(`${projection} differs from the log in ${differences} rows at ${position}`);
      },
      failed: (projection, error) => logger.warn(`${projection} could not be compared: ${describeError(error)}`),
    };
    this.measure({ registers });
  }

  /** Asked once for all the figures of one look at them. */
  private measure({ registers }: { readonly registers: Metrics['registry'][] }): void {
    const { parts } = this;
    let asked: { readonly at: number; readonly found: Promise<FollowerStatus[]> } | undefined;
    const current = () => {
      const at = performance.now();
      if (asked === undefined || at - asked.at > sharedMs) asked = { at, found: statuses(parts) };
      return asked.found;
    };
    const gauge = (
      name: string,
      help: string,
      value: (status: FollowerStatus) => Promise<number> | number | undefined,
    ) =>
      new Gauge({
        name,
        help,
        labelNames: ['projection', 'build'],
        registers,
        async collect() {
          this.reset();
          for (const status of await current()) {
            const found = await value(status);
            if (found !== undefined) this.set({ projection: status.name, build: String(status.build ?? 0) }, found);
          }
        },
      });
    gauge('proj_position', 'Position that a follower of the log has reached, its slowest shard.', ({ position }) =>
      asNumber(position),
    );
    gauge('proj_lag_events', 'Events of the log that a follower has not passed yet.', ({ behind }) => behind);
    gauge('proj_lag_seconds', 'Age of the first event that a follower has not passed yet; 0 if none.', (status) =>
      ageOfNext(parts, status),
    );
    gauge('proj_parked_streams', 'Streams that stand still in a projection.', ({ parkedStreams }) => parkedStreams);
    gauge('proj_rebuild_ratio', 'How far a build under way has come, 0 to 1.', ({ status, position, head }) =>
      status === 'building' ? (asNumber(position) + 1) / Math.max(1, asNumber(head) + 1) : undefined,
    );
    new Gauge({
      name: 'es_head_position',
      help: 'Last position of the log.',
      registers,
      async collect() {
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
