import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { caseEventTypes, caseList } from '#libs/cases';
import { catchUp, engineParts, EventCodec, PostgresEventStore, WakeUp, type NewEvent } from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import type { Benchmark, Figure } from './benchmark.js';
import { compare, timed } from './compare.js';

/** How much is measured. */
export interface RebuildLoad {
  readonly rounds: number;
  /** Events in the log, two per case, ascending. */
  readonly logSizes: readonly number[];
}

const usualLoad: RebuildLoad = { rounds: 3, logSizes: [1_000, 10_000, 50_000] };

const codec = new EventCodec(caseEventTypes);
const pageSize = 500;
const metadata = { actor: 'bench', role: 'county-reviewer', area: '430225' };

/**
 * The caseload folded by its runner into empty tables, against reading the same events in pages and parsing them: what
 * the projection costs beyond the log itself.
 */
export const rebuildBenchmark =
  ({ rounds, logSizes }: RebuildLoad = usualLoad): Benchmark =>
  async (pool) => {
    const store = new PostgresEventStore(pool, new WakeUp());
    const filling = createPool(withoutSync(pool.options.connectionString ?? ''), 1);
    const log = new PostgresEventStore(filling, new WakeUp());
    const figures: Figure[] = [];
    let cases = 0;
    for (const size of logSizes) {
      for (; cases * 2 < size; cases++) await log.append(`case-${randomUUID()}`, 'no_stream', confirmedCase(cases));
      await pool.query('analyze');
      const events = cases * 2;
      // Opens the connections and warms the code; its time is not kept.
      if (figures.length === 0) await rebuild(pool, store, cases);
      const comparison = await compare(
        { rounds, events },
        () => rebuild(pool, store, cases),
        () => bareRead(pool, events),
      );
      figures.push({ eventsInLog: events, ...comparison });
    }
    await filling.end();
    return {
      measured: 'the caseload (case-list) folded from the start of the log into empty tables; two events per case',
      baseline: `reading the same events in pages of ${pageSize} and JSON.parse of their data`,
      figures: { logSize: figures },
    };
  };

/** The same database for a writer that does not wait for the disk: the log is filled by it, nothing is measured on it. */
function withoutSync(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-csynchronous_commit=off');
  return url.href;
}

/** Folds the log into a schema of its own, and gives the time of the fold alone. */
async function rebuild(pool: Pool, store: PostgresEventStore, expectedRows: number): Promise<number> {
  const projection = { ...caseList, name: `bench-${process.hrtime.bigint()}` };
  const parts = engineParts({ pool, store, codec });
  const took = await timed(() => catchUp(parts, projection));
  const { rows } = await pool.query<{ active: number }>(
    `select count(*)::int as active from read.case_file where status = 'active'`,
  );
  if (rows[0]?.active !== expectedRows) throw new Error(`${rows[0]?.active} of ${expectedRows} cases were built`);
  return took;
}

async function bareRead(pool: Pool, expected: number): Promise<number> {
  let read = 0;
  const took = await timed(async () => {
    for (let after = '-1'; ;) {
      const { rows } = await pool.query<{ global_position: string; data: Buffer }>({
        name: 'bare-read',
        text: `select global_position, data from es_event where global_position > $1 order by global_position limit ${pageSize}`,
        values: [after],
      });
      for (const { data, global_position } of rows) {
        JSON.parse(data.toString('utf8'));
        after = global_position;
      }
      read += rows.length;
      if (rows.length < pageSize) return;
    }
  });
  if (read !== expected) throw new Error(`${read} of ${expected} events were read`);
  return took;
}

/** The events of one case: applied for, and confirmed. */
function confirmedCase(number: number): NewEvent[] {
  const householdId = randomUUID();
  const submitted = {
    number: `430225-2025-${String(number + 1).padStart(6, '0')}`,
    scheme: 'dibao',
    householdId,
    area: '430225100201',
    areaPath: '43.4302.430225.430225100.430225100201',
    residence: 'rural',
    happenedOn: '2025-09-01',
    knownOn: '2025-09-01',
  };
  const confirmed = {
    by: 'bench',
    decidedOn: '2025-09-16',
    assessment: {
      eligible: true,
      reasons: [],
      monthlyAmount: 45_000,
      trace: [],
      pack: { id: 'example', version: 1, example: true },
      legalBasis: [],
      citations: [],
    },
    household: { streamId: `household-${householdId}`, revision: '1' },
    monthlyAmount: 45_000,
    fromMonth: '2025-10',
    recheckDueOn: '2026-09-16',
  };
  return [
    codec.encode({ type: 'ApplicationSubmitted', data: submitted }, randomUUID(), metadata),
    codec.encode({ type: 'CaseConfirmed', data: confirmed }, randomUUID(), metadata),
  ];
}
