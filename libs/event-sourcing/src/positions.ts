import type { Pool } from 'pg';
import type { EventStore, GlobalPosition } from './event-store.js';
import type { WakeUp } from './wake-up.js';

/** How far the readers of the log have come: what lets people read what they have just written. */
export class Positions {
  constructor(
    private readonly pool: Pool,
    private readonly store: EventStore,
    /** Rings when a position has moved. */
    private readonly progress: WakeUp,
  ) {}

  /** The lowest position among the projections; the head of the log when none is named. */
  async current(projections: readonly string[]): Promise<GlobalPosition | 'start'> {
    if (projections.length === 0) return this.store.head();
    const { rows } = await this.pool.query<{ projection: string; position: string }>({
      name: 'positions-of-projections',
      text: `select b.projection, case when min(case c.position when 'start' then -1 else c.position::bigint end) < 0 then 'start'
          else min(case c.position when 'start' then -1 else c.position::bigint end)::text end as position
        from proj_build b join proj_checkpoint c on c.projection = b.projection and c.build = b.build
        where b.projection = any ($1) and b.status = 'live' group by b.projection`,
      values: [projections],
    });
    if (rows.length < projections.length) return 'start';
    return rows
      .map(({ position }) => position)
      .reduce((lowest, position) => (this.store.compare(position, lowest) < 0 ? position : lowest));
  }

  /** Waits until all of them have reached the position; false when they have not in time. */
  async reached(projections: readonly string[], position: GlobalPosition, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const heard = this.progress.rings;
      if (this.store.compare(await this.current(projections), position) >= 0) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await this.progress.wait(Math.min(left, 50), undefined, heard);
    }
  }

  /** True for text that can be a position. */
  isPosition(text: string): boolean {
    return this.store.isPosition(text);
  }
}
