import type { Pool, PoolClient } from 'pg';
import type { AreaLevel, AreaSource, AreaVersion } from './area.js';
import { changedTree } from './changes.js';
import { DatedTree } from './dated-tree.js';
import type { AreaChange } from './draft.js';

type Row = readonly [
  code: string,
  parent: string | null,
  level: AreaLevel,
  nameZh: string,
  nameEn: string | null,
  timeZone: string,
  currency: string,
  validFrom: string,
  validUntil: string | null,
  successor: string | null,
  origin: string | null,
  source: AreaSource,
];

const COLUMNS =
  'code, parent, level, name_zh, name_en, time_zone, currency, valid_from, valid_until, successor, origin, source';

const SELECT = `
  select code, parent, level, name_zh, name_en, time_zone, currency,
    valid_from::text, valid_until::text, successor, origin, source
  from area order by code, valid_from`;

const INSERT = `
  insert into area (${COLUMNS})
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::date[], $9::date[], $10::text[], $11::text[], $12::text[])`;

const END = `
  update area set valid_until = e.valid_until, successor = e.successor
  from unnest($1::text[], $2::date[], $3::date[], $4::text[]) e (code, valid_from, valid_until, successor)
  where area.code = e.code and area.valid_from = e.valid_from`;

/** Rows in one statement. */
const BATCH = 5_000;

/** How often the tree was changed, and which division codes were loaded last. */
export interface AreaRevision {
  readonly revision: string;
  readonly pack: string | null;
}

/** The revision of the tree; '0' for one that was never filled. */
export async function readRevision(db: Pick<Pool, 'query'>): Promise<AreaRevision> {
  const { rows } = await db.query<AreaRevision>('select revision::text, pack from area_revision');
  return rows[0] ?? { revision: '0', pack: null };
}

/** Reads the whole tree. Texts that many areas share are held once. */
export async function readTree(db: Pick<Pool, 'query'>): Promise<DatedTree> {
  const { rows } = await db.query<Row>({ text: SELECT, rowMode: 'array' } as never);
  const shared = new Map<string, string>();
  const share = <T extends string | null>(text: T): T => {
    if (text === null) return text;
    const known = shared.get(text);
    if (known === undefined) shared.set(text, text);
    return (known ?? text) as T;
  };
  return new DatedTree(
    rows.map(
      ([
        code,
        parent,
        level,
        nameZh,
        nameEn,
        timeZone,
        currency,
        validFrom,
        validUntil,
        successor,
        origin,
        source,
      ]) => ({
        code: share(code),
        parent: share(parent),
        level: share(level),
        nameZh: share(nameZh),
        nameEn,
        timeZone: share(timeZone),
        currency: share(currency),
        validFrom: share(validFrom),
        validUntil: share(validUntil),
        successor: share(successor),
        origin: share(origin),
        source: share(source),
      }),
    ),
  );
}

/**
 * Changes the tree by a plan that is made from it, all or nothing, one change at a time over all processes. A plan that
 * changes nothing writes nothing.
 * @param pack digest of the division codes that the plan loads
 * @param onProgress called after each batch with how many rows of all are written
 * @returns how many versions ended and began
 */
export async function changeAreas(
  pool: Pool,
  plan: (tree: DatedTree) => AreaChange,
  { pack, onProgress }: { pack?: string; onProgress?: (done: number, all: number) => void } = {},
): Promise<{ ended: number; begun: number }> {
  const db = await pool.connect();
  try {
    await db.query('begin');
    await db.query('insert into area_revision (revision) values (0) on conflict do nothing');
    await db.query('select from area_revision for update');
    const tree = await readTree(db);
    const change = plan(tree);
    changedTree(tree, change);
    await write(db, change, onProgress);
    const { ended, begun } = { ended: change.ended.length, begun: change.begun.length };
    if (ended + begun > 0 || pack !== undefined)
      await db.query('update area_revision set revision = revision + 1, pack = coalesce($1, pack)', [pack]);
    await db.query('commit');
    return { ended, begun };
  } catch (error) {
    await db.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    db.release();
  }
}

async function write(
  db: PoolClient,
  { ended, begun }: AreaChange,
  onProgress: (done: number, all: number) => void = () => undefined,
): Promise<void> {
  const all = ended.length + begun.length;
  for (let at = 0; at < ended.length; at += BATCH) {
    const rows = ended.slice(at, at + BATCH);
    await db.query(END, columns(rows, ['code', 'validFrom', 'validUntil', 'successor']));
    onProgress(at + rows.length, all);
  }
  for (let at = 0; at < begun.length; at += BATCH) {
    const rows = begun.slice(at, at + BATCH);
    await db.query(INSERT, columns(rows, FIELDS));
    onProgress(ended.length + at + rows.length, all);
  }
}

const FIELDS = [
  'code',
  'parent',
  'level',
  'nameZh',
  'nameEn',
  'timeZone',
  'currency',
  'validFrom',
  'validUntil',
  'successor',
  'origin',
  'source',
] as const;

const columns = (rows: readonly AreaVersion[], fields: readonly (keyof AreaVersion)[]) =>
  fields.map((field) => rows.map((row) => row[field]));
