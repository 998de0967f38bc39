import type { Pool } from 'pg';

/** The program's one clock. Token life times, time-outs and leases use the machine's own. */
export abstract class Clock {
  /** RFC 3339 in UTC with whole milliseconds. */
  abstract now(): Promise<string>;
}

/** A clock move that only development may make, and only so. */
export class ClockRefused extends Error {
  constructor(readonly code: 'CLOCK_MOVES_FORWARD_ONLY' | 'CLOCK_IS_FIXED') {
    super(code);
  }
}

/** The database's clock plus the persisted offset. */
export class DatabaseClock extends Clock {
  private asking: Promise<unknown> = Promise.resolve();
  private next: Promise<string> | undefined;

  constructor(private readonly pool: Pool) {
    super();
  }

  /** Those who ask while another question is under way share the next one: an answer is never older than its asking. */
  now(): Promise<string> {
    return (this.next ??= this.asking.then(() => {
      this.next = undefined;
      const answer = this.ask();
      this.asking = answer.catch(() => undefined);
      return answer;
    }));
  }

  private async ask(): Promise<string> {
    const { rows } = await this.pool.query<{ now: Date }>({ name: 'now', text: 'select almoner_now() as now' });
    return (rows[0] as { now: Date }).now.toISOString();
  }

  /** Milliseconds that this clock is ahead of the database's own. */
  async offset(): Promise<number> {
    const { rows } = await this.pool.query<{ offset_ms: string }>('select offset_ms from program_clock');
    return Number(rows[0]?.offset_ms ?? 0);
  }

  /**
   * Sets the clock to any instant, once, while no event is recorded. Returns false, and changes nothing, where the
   * clock was set before or events are there.
   */
  async startAt(instant: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `update program_clock set offset_ms = round(extract(epoch from $1::timestamptz - clock_timestamp()) * 1000), started_by_setting = $1
         where started_by_setting is null and not exists (select 1 from es_event)`,
      [instant],
    );
    return rowCount === 1;
  }

  /** Moves the clock forward to an instant. @throws ClockRefused where that would be back */
  async advanceTo(instant: string): Promise<void> {
    const { rowCount } = await this.pool.query(
      `update program_clock set offset_ms = round(extract(epoch from $1::timestamptz - clock_timestamp()) * 1000)
         where $1::timestamptz >= almoner_now()`,
      [instant],
    );
    if (rowCount !== 1) throw new ClockRefused('CLOCK_MOVES_FORWARD_ONLY');
  }
}
