import { Client, type Pool } from 'pg';
import { hashOf } from './checkpoints.js';

/** Who takes part in a piece of work, and who has a unit of it: the two classes of locks. */
const lockClass = { member: 471_620_331, unit: 471_620_332 } as const;

/**
 * Which process does which part of the work: locks of one database session, which end with the process, or once nothing is
 * heard of it. All processes that take part in a piece of work reckon alike who should have which unit of it. They only save
 * work; that nothing is written twice rests on the epochs of the checkpoints.
 */
export class Placement {
  private client: Client | undefined;
  /** Keeps the session from being ended by the server, and notices when the server is gone. */
  private beat: NodeJS.Timeout | undefined;
  private self = 0;
  private readonly joined = new Set<string>();
  private readonly held = new Set<string>();

  /**
   * @param lost called when the session is gone, and with it everything that was held
   * @param silentMs after so long without a sign of life a process holds nothing any more
   */
  constructor(
    private readonly pool: Pool,
    private readonly lost: () => void = () => undefined,
    private readonly silentMs = 10_000,
  ) {}

  /** Takes part in a piece of work from now on. */
  async join(work: string): Promise<void> {
    const client = await this.connected();
    if (this.joined.has(work)) return;
    this.joined.add(work);
    await client.query('select pg_advisory_lock_shared($1::int, $2::int)', [lockClass.member, keyOf(work)]);
  }

  /** Takes part no longer. */
  async quit(work: string): Promise<void> {
    if (!this.joined.delete(work)) return;
    const client = await this.connected();
    await client.query('select pg_advisory_unlock_shared($1::int, $2::int)', [lockClass.member, keyOf(work)]);
  }

  /** Of these units of works that this process takes part in, those that it should have. */
  async due<Unit extends { readonly work: string; readonly name: string }>(units: readonly Unit[]): Promise<Unit[]> {
    const client = await this.connected();
    const { rows } = await client.query<{ work: number; pid: number }>(
      `select objid::bigint::int as work, pid from pg_locks where locktype = 'advisory' and granted and classid = $1::bigint::oid
        and database = (select oid from pg_database where datname = current_database())`,
      [lockClass.member],
    );
    return units.filter(({ work, name }) => {
      const members = rows.filter((row) => row.work === keyOf(work)).map(({ pid }) => pid);
      const chosen = members.reduce((best, pid) => (rank(name, pid) > rank(name, best) ? pid : best), this.self);
      return chosen === this.self;
    });
  }

  /** True for a unit that this process has taken. */
  holds(unit: string): boolean {
    return this.held.has(unit);
  }

  /** True when this process holds the unit from now on. */
  async take(unit: string): Promise<boolean> {
    const client = await this.connected();
    if (this.held.has(unit)) return true;
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1::int, $2::int) as got', [
      lockClass.unit,
      keyOf(unit),
    ]);
    if (rows[0]?.got !== true) return false;
    this.held.add(unit);
    return true;
  }

  /** Lets another process have the unit. */
  async leave(unit: string): Promise<void> {
    if (!this.held.delete(unit)) return;
    const client = await this.connected();
    await client.query('select pg_advisory_unlock($1::int, $2::int)', [lockClass.unit, keyOf(unit)]);
  }

  /** Ends the session; everything held is free. */
  async close(): Promise<void> {
    const { client } = this;
    this.forget();
    await client?.end().catch(() => undefined);
  }

  private forget(): void {
    clearInterval(this.beat);
    this.client = undefined;
    this.held.clear();
    this.joined.clear();
  }

  private async connected(): Promise<Client> {
    if (this.client !== undefined) return this.client;
    const { options } = this.pool as unknown as { options: object };
    const client = new Client({ ...options, application_name: 'almoner placement', pipeline: true });
    const gone = () => {
      if (this.client !== client) return;
      this.forget();
      this.lost();
      client.end().catch(() => undefined);
    };
    client.on('error', gone);
    client.on('end', gone);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      `select pg_backend_pid() as pid, set_config('idle_session_timeout', $1, false)`,
      [String(this.silentMs)],
    );
    this.self = rows[0]?.pid ?? 0;
    this.client = client;
    const heartbeat = { text: 'select', query_timeout: this.silentMs };
    this.beat = setInterval(() => void client.query(heartbeat).catch(gone), this.silentMs / 4).unref();
    return client;
  }
}

const keyOf = (name: string): number => hashOf(name) & 0x7fffffff;
/** The process with the highest rank has the unit: each unit asks for another order of the processes. */
const rank = (unit: string, pid: number): number => hashOf(`${pid}:${unit}:${pid}`);
