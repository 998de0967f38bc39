import type { Pool, PoolClient } from 'pg';
import type { Checkpoint, Rejected } from './import-run.js';
import type { RowProblem } from './problems.js';

export type ImportState = 'waiting' | 'running' | 'done' | 'failed';

/** What an import is begun with. */
export interface NewImport {
  readonly id: string;
  /** Uploads are picked up by the service; files at hand by the command that names them. */
  readonly source: 'upload' | 'command';
  /** Without folders. */
  readonly fileName: string;
  readonly fileBytes: number;
  /** SHA-256. */
  readonly fileDigest: Buffer;
  readonly sheet: string | undefined;
  readonly dryRun: boolean;
  /** In which area, and as whom, households are registered; households that name no area are in it. */
  readonly area: string;
  readonly actor: string;
  readonly role: string;
}

/** An import as it stands. */
export interface ImportJob extends NewImport {
  readonly state: ImportState;
  /** Why it ended without an outcome: a code. */
  readonly failure: string | undefined;
  readonly failureDetails: Readonly<Record<string, string | number>>;
  readonly ignoredColumns: readonly string[];
  /** Undefined until the file was looked through. */
  readonly allRows: number | undefined;
  readonly allHouseholds: number | undefined;
  readonly reached: Checkpoint;
  readonly rejectedBytes: number;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly workedMs: number;
  readonly endedAt: Date | undefined;
  /** Its files were removed: rejected rows can be had no more. */
  readonly filesRemoved: boolean;
}

/** A problem with its number within the import, from 1. */
export type NumberedProblem = RowProblem & { readonly number: number };

/** The table of imports. */
export class ImportJobs {
  constructor(private readonly pool: Pool) {}

  /** Notes an import; the one that is there already under this id stays as it is. */
  async add(job: NewImport): Promise<ImportJob> {
    await this.pool.query(
      `insert into import_job (id, source, file_name, file_bytes, file_digest, sheet, dry_run, area, actor, role, state)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting') on conflict do nothing`,
      [
        job.id,
        job.source,
        job.fileName,
        job.fileBytes,
        job.fileDigest,
        job.sheet ?? null,
        job.dryRun,
        job.area,
        job.actor,
        job.role,
      ],
    );
    const found = await this.find(job.id);
    if (found === undefined) throw new Error('the import was not kept');
    return found;
  }

  async find(id: string): Promise<ImportJob | undefined> {
    const { rows } = await this.pool.query<Row>('select * from import_job where id = $1', [id]);
    return rows[0] && jobOf(rows[0]);
  }

  /** The newest first, behind a given one, in areas of which a caller may know; in all where they are left out. */
  async list(limit: number, after?: string, areas?: readonly string[]): Promise<ImportJob[]> {
    const { rows } = await this.pool.query<Row>(
      `select * from import_job
        where ($2::uuid is null or (created_at, id) < (select a.created_at, a.id from import_job a where a.id = $2))
          and ($3::text[] is null or area = any ($3))
        order by created_at desc, id desc limit $1`,
      [limit, after ?? null, areas ?? null],
    );
    return rows.map(jobOf);
  }

  /** Uploads whose work is not done, the oldest first. */
  async open(): Promise<ImportJob[]> {
    const { rows } = await this.pool.query<Row>(
      `select * from import_job where source = 'upload' and state in ('waiting', 'running') order by created_at, id`,
    );
    return rows.map(jobOf);
  }

  /** Imports that ended before so many days and still have files. */
  async withOldFiles(days: number): Promise<ImportJob[]> {
    const { rows } = await this.pool.query<Row>(
      `select * from import_job where not files_removed and ended_at < clock_timestamp() - make_interval(days => $1)`,
      [days],
    );
    return rows.map(jobOf);
  }

  async begin(
    id: string,
    all: { readonly rows: number; readonly households: number; readonly ignored: readonly string[] },
  ): Promise<void> {
    await this.pool.query(
      `update import_job set state = 'running', failure = null, failure_details = null, ended_at = null,
         started_at = coalesce(started_at, clock_timestamp()), all_rows = $2, all_households = $3, ignored_columns = $4 where id = $1`,
      [id, all.rows, all.households, all.ignored],
    );
  }

  /** Keeps how far an import is, with the problems found since the last time. */
  async keep(
    id: string,
    reached: Checkpoint,
    {
      rejected,
      rejectedBytes,
      workedMs,
    }: { readonly rejected: readonly Rejected[]; readonly rejectedBytes: number; readonly workedMs: number },
  ): Promise<void> {
    const problems = rejected.flatMap((each) => each.problems);
    await this.inTransaction(async (db) => {
      if (problems.length > 0)
        await db.query(
          `insert into import_problem (job, number, line, column_name, code, details)
           select $1, (select coalesce(max(number), 0) from import_problem where job = $1) + n, line, column_name, code, details::jsonb
             from unnest($2::int[], $3::text[], $4::text[], $5::text[]) with ordinality as p (line, column_name, code, details, n)`,
          [
            id,
            problems.map(({ line }) => line),
            problems.map(({ column }) => column ?? null),
            problems.map(({ code }) => code),
            problems.map(({ details }) => (details === undefined ? null : JSON.stringify(details))),
          ],
        );
      await db.query(
        `update import_job set line = $2, rows = $3, households = $4, registered = $5, rejected = $6, rejected_bytes = $7, worked_ms = $8,
           known_persons = $9 where id = $1`,
        [
          id,
          reached.line,
          reached.rows,
          reached.households,
          reached.registered,
          reached.rejected,
          rejectedBytes,
          Math.round(workedMs),
          reached.knownPersons,
        ],
      );
    });
  }

  async end(
    id: string,
    state: 'done' | 'failed',
    failure?: { readonly code: string; readonly details: object },
  ): Promise<void> {
    await this.pool.query(
      `update import_job set state = $2, failure = $3, failure_details = $4, ended_at = clock_timestamp() where id = $1`,
      [id, state, failure?.code ?? null, failure === undefined ? null : JSON.stringify(failure.details)],
    );
  }

  async filesRemoved(id: string): Promise<void> {
    await this.pool.query('update import_job set files_removed = true where id = $1', [id]);
  }

  /** The problems of an import in the order of the file, behind a number. */
  async problems(id: string, limit: number, after: number): Promise<NumberedProblem[]> {
    const { rows } = await this.pool.query<{
      number: number;
      line: number;
      column_name: string | null;
      code: string;
      details: Record<string, string | number> | null;
    }>('select * from import_problem where job = $1 and number > $2::bigint order by number limit $3', [
      id,
      after,
      limit,
    ]);
    return rows.map(({ number, line, column_name, code, details }) => ({
      number,
      line,
      code,
      ...(column_name !== null && { column: column_name }),
      ...(details !== null && { details }),
    }));
  }

  async countProblems(id: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: number }>(
      'select count(*)::int as count from import_problem where job = $1',
      [id],
    );
    return rows[0]?.count ?? 0;
  }

  /**
   * Works on an import while no other process does; false where one does. The lock is the session's, so that it ends with the
   * process.
   */
  async alone(id: string, act: () => Promise<void>): Promise<boolean> {
    const client = await this.pool.connect();
    let broken = false;
    try {
      const name = `import ${id}`;
      const { rows } = await client.query<{ got: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
        [name],
      );
      if (rows[0]?.got !== true) return false;
      try {
        await act();
      } finally {
        await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(() => (broken = true));
      }
      return true;
    } finally {
      client.release(broken);
    }
  }

  private async inTransaction(act: (db: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    let broken = false;
    try {
      await client.query('begin');
      await act(client);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => (broken = true));
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

interface Row {
  readonly id: string;
  readonly source: 'upload' | 'command';
  readonly file_name: string;
  readonly file_bytes: string;
  readonly file_digest: Buffer;
  readonly sheet: string | null;
  readonly dry_run: boolean;
  readonly area: string;
  readonly actor: string;
  readonly role: string;
  readonly state: ImportState;
  readonly failure: string | null;
  readonly failure_details: Record<string, string | number> | null;
  readonly ignored_columns: string[];
  readonly all_rows: number | null;
  readonly all_households: number | null;
  readonly line: number;
  readonly rows: number;
  readonly households: number;
  readonly registered: number;
  readonly rejected: number;
  readonly known_persons: number;
  readonly rejected_bytes: string;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly worked_ms: string;
  readonly ended_at: Date | null;
  readonly files_removed: boolean;
}

const jobOf = (row: Row): ImportJob => ({
  id: row.id,
  source: row.source,
  fileName: row.file_name,
  fileBytes: Number(row.file_bytes),
  fileDigest: row.file_digest,
  sheet: row.sheet ?? undefined,
  dryRun: row.dry_run,
  area: row.area,
  actor: row.actor,
  role: row.role,
  state: row.state,
  failure: row.failure ?? undefined,
  failureDetails: row.failure_details ?? {},
  ignoredColumns: row.ignored_columns,
  allRows: row.all_rows ?? undefined,
  allHouseholds: row.all_households ?? undefined,
  reached: {
    line: row.line,
    rows: row.rows,
    households: row.households,
    registered: row.registered,
    rejected: row.rejected,
    knownPersons: row.known_persons,
  },
  rejectedBytes: Number(row.rejected_bytes),
  createdAt: row.created_at,
  startedAt: row.started_at ?? undefined,
  workedMs: Number(row.worked_ms),
  endedAt: row.ended_at ?? undefined,
  filesRemoved: row.files_removed,
});
