import type { Pool } from 'pg';

/** Numbers that people can say on the telephone: a prefix and a running number. Gaps are allowed, repetition is not. */
export abstract class RunningNumbers {
  /** The next number of the prefix, from 1. */
  abstract next(prefix: string): Promise<number>;
}

/** Running numbers in PostgreSQL. A number is spent when it is given, whether or not its command succeeds. */
export class DatabaseRunningNumbers extends RunningNumbers {
  constructor(private readonly pool: Pool) {
    super();
  }

  async next(prefix: string): Promise<number> {
    const { rows } = await this.pool.query<{ last: string }>(
      `insert into running_number (prefix, last) values ($1, 1)
        on conflict (prefix) do update set last = running_number.last + 1 returning last`,
      [prefix],
    );
    return Number(rows[0]?.last);
  }
}
