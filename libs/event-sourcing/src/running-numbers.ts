import type { Pool } from 'pg';
import { Batch } from './batch.js';
import { int8Array, textArray } from './binary-arrays.js';

/** Numbers that people can say on the telephone: a prefix and a running number. Gaps are allowed, repetition is not. */
export abstract class RunningNumbers {
  /** The next number of the prefix, from 1. */
  abstract next(prefix: string): Promise<number>;
}

/**
 * Running numbers in PostgreSQL. A number is spent when it is given, whether or not its command succeeds. All that are
 * asked for at about the same time are taken together: each takes a lock and a flush.
 */
export class DatabaseRunningNumbers extends RunningNumbers {
  private readonly batch: Batch<string, number>;

  constructor(private readonly pool: Pool) {
    super();
    this.batch = new Batch((prefixes) => this.take(prefixes));
  }

  next(prefix: string): Promise<number> {
    return this.batch.ask(prefix);
  }

  private async take(prefixes: readonly string[]): Promise<readonly number[]> {
    const wanted = new Map<string, bigint>();
    for (const prefix of prefixes) wanted.set(prefix, (wanted.get(prefix) ?? 0n) + 1n);
    const { rows } = await this.pool.query<{ prefix: string; last: string }>(
      `insert into running_number as r (prefix, last)
        select prefix, wanted from unnest($1::text[], $2::bigint[]) w (prefix, wanted) order by prefix
        on conflict (prefix) do update set last = r.last + excluded.last returning prefix, last`,
      [textArray([...wanted.keys()]), int8Array([...wanted.values()])],
    );
    const next = new Map(rows.map(({ prefix, last }) => [prefix, BigInt(last) - (wanted.get(prefix) ?? 0n)]));
    return prefixes.map((prefix) => {
      const number = (next.get(prefix) ?? 0n) + 1n;
      next.set(prefix, number);
      return Number(number);
    });
  }
}
