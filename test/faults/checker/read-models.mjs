import { readJson } from './log.mjs';

/**
 * Two read models folded from the log by hand, as `docs/events.md` describes the events: the caseload and the awards. Each table is
 * listed with the column that holds the id of the case; `fold` makes the rows of one case.
 */
const models = [
  { projection: 'case-list', tables: { case_file: 'id' }, fold: foldCaseload },
  { projection: 'award', tables: { award_case: 'id', award: 'case_id' }, fold: foldAwards },
];

/**
 * Every row of the read models is the fold of its stream up to where the model has come, and no stream is left out (P5, P6). Streams
 * that are parked are folded up to where they stopped. Returns what is parked, as text.
 */
export async function checkReadModels(db, log, find) {
  const parked = await parkedStreams(db);
  for (const model of models) {
    const reached = await checkpointsOf(db, model.projection);
    if (reached.some((position) => position > log.head))
      find('P5', `${model.projection} stands at ${reached.join(', ')}, beyond the head ${log.head} of the log`);
    if (reached.length === 0) find('P6', `${model.projection} has no live build`);
    else await checkModel(db, log, model, reached, parked, find);
  }
  return parked.map(({ projection, stream, from, error }) => `${projection}: ${stream} from ${from} on: ${error}`);
}

async function checkModel(db, log, { projection, tables, fold }, reached, parked, find) {
  const rows = {};
  for (const [table, column] of Object.entries(tables)) {
    const found = await db.query(`select * from read.${table}`);
    rows[table] = grouped(found.rows, column);
  }
  const cases = [...log.streams].filter(([stream]) => stream.startsWith('case-'));
  for (const [stream, events] of cases) {
    const id = stream.slice('case-'.length);
    const stopped = parked.find((park) => park.projection === projection && park.stream === stream);
    const end = stopped === undefined ? reached[shardOf(stream, reached.length)] : stopped.from - 1n;
    const found = Object.fromEntries(Object.keys(tables).map((table) => [table, rows[table].get(id) ?? []]));
    const expected = fold(id, events.filter(({ position }) => position <= end).map(readable));
    if (!sameTables(expected, found))
      find('P5', `${projection}: ${difference(expected, found)} of ${stream}, folded up to position ${end}`);
    for (const table of Object.keys(tables)) rows[table].delete(id);
  }
  for (const [table, left] of Object.entries(rows))
    for (const id of left.keys()) find('P5', `read.${table} has a row of case ${id}, which is not in the log`);
}

function grouped(rows, column) {
  const groups = new Map();
  for (const row of rows) {
    const group = groups.get(row[column]);
    if (group === undefined) groups.set(row[column], [row]);
    else group.push(row);
  }
  return groups;
}

/** How far the shards of the live build of a projection have come: a position per shard, -1 for the start. */
async function checkpointsOf(db, projection) {
  const { rows } = await db.query(
    `select shard, position from proj_checkpoint c join proj_build b using (projection, build)
      where projection = $1 and status = 'live' order by shard`,
    [projection],
  );
  return rows.map(({ position }) => (position === 'start' ? -1n : BigInt(position)));
}

/** The shard of a stream: FNV-1a over the UTF-16 units of its name, modulo the number of shards. */
function shardOf(stream, count) {
  let hash = 2166136261n;
  for (let index = 0; index < stream.length; index++)
    hash = ((hash ^ BigInt(stream.charCodeAt(index))) * 16777619n) & 0xffffffffn;
  return Number(hash % BigInt(count));
}

async function parkedStreams(db) {
  const { rows } = await db.query(
    `select p.* from proj_parked p left join proj_build b using (projection, build)
      where b.status is null or b.status = 'live' order by from_position`,
  );
  return rows.map((row) => ({
    projection: row.projection,
    stream: row.stream_id,
    from: BigInt(row.from_position),
    error: row.error,
  }));
}

const readable = (event) => ({
  ...event,
  data: readJson(event.data) ?? {},
  metadata: readJson(event.metadata) ?? {},
});

/** One row of `case_file`: the case as it stands. */
function foldCaseload(id, events) {
  let row;
  for (const event of events) row = caseAfter(row, id, event);
  return { case_file: row === undefined ? [] : [row] };
}

function caseAfter(row, id, { type, data, metadata, revision, position }) {
  if (type === 'ApplicationSubmitted')
    return {
      id,
      number: data.number,
      scheme: data.scheme,
      status: 'submitted',
      area_code: data.area,
      area_path: data.areaPath,
      household_id: data.householdId,
      person_id: data.personId,
      officer: metadata.actor,
      monthly_amount: null,
      from_month: null,
      applied_on: data.happenedOn,
      notice_ends_on: null,
      recheck_due_on: null,
      revision,
      first_position: position,
    };
  if (row === undefined) return undefined; // its application is missing, which the log's own checks name
  return {
    ...row,
    revision,
    officer: metadata.role === 'system' ? row.officer : metadata.actor,
    ...whatChanges(row.status, type, data),
  };
}

function whatChanges(status, type, data) {
  switch (type) {
    case 'ApplicationAccepted':
      return { status: 'accepted' };
    case 'ApplicationNotAccepted':
      return { status: 'not-accepted' };
    case 'ApplicationWithdrawn':
      return { status: 'withdrawn' };
    case 'InvestigationStarted':
      return { status: status === 'reinvestigating' ? status : 'investigating' };
    case 'PreliminaryOpinionIssued':
      if (status === 'under-recheck') return {};
      return { status: status === 'reinvestigating' || data.proposal === 'refuse' ? 'with-county' : 'opinion-issued' };
    case 'NoticePosted':
      return { status: 'on-notice', notice_ends_on: data.endsOn };
    case 'NoticeExpiredClean':
      return { status: 'with-county' };
    case 'NoticeObjected':
      return { status: 'reinvestigating' };
    case 'CaseReturnedForMore':
      return { status: 'investigating' };
    case 'CaseRefused':
      return { status: 'refused' };
    case 'RecheckOpened':
      return { status: 'under-recheck' };
    case 'CaseConfirmed':
    case 'AwardIncreased':
    case 'AwardReduced':
      return { status: 'active', monthly_amount: data.monthlyAmount, from_month: data.fromMonth, ...dueAgain(data) };
    case 'AwardUnchanged':
      return { status: 'active', ...dueAgain(data) };
    case 'AwardStopped':
      return { status: 'stopped', monthly_amount: 0, from_month: data.fromMonth, recheck_due_on: null };
    default:
      return {};
  }
}

const dueAgain = ({ recheckDueOn }) => (recheckDueOn === undefined ? {} : { recheck_due_on: recheckDueOn });

/** One row of `award_case` per case, one of `award` per decision about money. */
function foldAwards(id, events) {
  let of;
  const award = [];
  for (const { type, data, position } of events) {
    if (type === 'ApplicationSubmitted')
      of = {
        number: data.number,
        scheme: data.scheme,
        household_id: data.householdId,
        person_id: data.personId,
        area_code: data.area,
        area_path: data.areaPath,
        residence: data.residence,
      };
    if (['CaseConfirmed', 'AwardIncreased', 'AwardReduced', 'AwardStopped'].includes(type))
      award.push({
        position,
        case_id: id,
        ...of,
        from_month: data.fromMonth,
        monthly_amount: type === 'AwardStopped' ? 0 : data.monthlyAmount,
        decided_on: data.decidedOn,
      });
  }
  return { award_case: of === undefined ? [] : [{ id, ...of }], award };
}

const text = (value) => (value === null || value === undefined ? null : String(value));

/** Compares the columns that the fold knows. */
const sameRow = (expected, found) =>
  Object.keys(expected).every((column) => text(expected[column]) === text(found[column]));

const sameTables = (expected, found) =>
  Object.keys(expected).every(
    (table) =>
      expected[table].length === found[table].length &&
      expected[table].every((row) => found[table].some((other) => sameRow(row, other))),
  );

function difference(expected, found) {
  for (const [table, rows] of Object.entries(expected)) {
    if (rows.length !== found[table].length)
      return `read.${table} has ${found[table].length} rows instead of ${rows.length}`;
    for (const row of rows) {
      if (found[table].some((other) => sameRow(row, other))) continue;
      const other = found[table].find((one) => text(one.position) === text(row.position)) ?? found[table][0];
      const [column] = Object.keys(row).filter((name) => text(row[name]) !== text(other[name]));
      return `read.${table}.${column} is ${text(other[column])} instead of ${text(row[column])} in the row`;
    }
  }
  return 'a row differs';
}
