import { leafOf, notCanonical, Root } from './bytes.mjs';

const pageSize = 2_000;

/**
 * Reads the whole log in its order and checks what it says of itself: gapless positions, time that never goes back (P3), streams without
 * gap or fork, closed ones too (P2), bytes in canonical form, leaf hashes over them, and the root noted earlier
 * at the size noted earlier.
 * @returns size, root, streams (id → events in order), byId, byCommand (command id → events), and abandoned (ids of commands)
 */
export async function readLog(db, find, noted) {
  const streams = new Map();
  const byId = new Map();
  const byCommand = new Map();
  const abandoned = new Set();
  const root = new Root();
  let last = { position: -1n, recordedAt: -Infinity };
  let size = 0;
  if (noted?.size === 0 && noted.root !== root.text) find('P1', 'the noted root of an empty log is none');

  for (let from = -1n; ;) {
    const { rows } = await db.query(
      `select global_position, stream_id, revision, event_id, event_type, data, metadata, leaf_hash,
         (extract(epoch from recorded_at) * 1000)::bigint as recorded_at
       from es_event where global_position > $1 order by global_position limit $2`,
      [from, pageSize],
    );
    for (const row of rows) {
      const event = eventOf(row);
      const place = `position ${event.position} (${event.type} in ${event.stream})`;
      if (event.position !== last.position + 1n)
        find('P3', `position ${last.position + 1n} is missing before ${event.position}`);
      if (event.recordedAt < last.recordedAt) find('P3', `${place} was recorded before the event before it`);
      checkBytes(event, place, find);
      note(event, { streams, byId, byCommand, abandoned }, place, find);
      root.add(event.leaf);
      size += 1;
      if (noted?.size === size && noted.root !== root.text)
        find('P1', `the first ${size} events are others than when the root ${noted.root.slice(0, 12)}… was noted`);
      last = event;
      from = event.position;
    }
    if (rows.length < pageSize) break;
  }
  if (noted !== undefined && noted.size > size)
    find('P1', `${noted.size} events were noted, ${size} are left: the tail was cut off`);
  await checkClosed(db, streams, find);
  return { size, root: root.text, head: last.position, streams, byId, byCommand, abandoned };
}

function eventOf(row) {
  return {
    position: BigInt(row.global_position),
    stream: row.stream_id,
    revision: BigInt(row.revision),
    id: row.event_id,
    type: row.event_type,
    data: row.data,
    metadata: row.metadata,
    leaf: row.leaf_hash,
    recordedAt: Number(row.recorded_at),
  };
}

function checkBytes(event, place, find) {
  if (!leafOf(event).equals(event.leaf)) find('P1', `${place} does not fit its leaf hash: the row was changed`);
  for (const part of ['data', 'metadata']) {
    const wrong = notCanonical(event[part]);
    if (wrong !== undefined) find('P1', `the ${part} at ${place} are not canonical JSON: ${wrong}`);
  }
}

function note(event, { streams, byId, byCommand, abandoned }, place, find) {
  const before = streams.get(event.stream) ?? [];
  streams.set(event.stream, before);
  const expected = (before.at(-1)?.revision ?? -1n) + 1n;
  if (event.revision !== expected) find('P2', `${place} has revision ${event.revision} where ${expected} follows`);
  before.push(event);
  if (byId.has(event.id)) find('P4', `${place} has the id of the event at position ${byId.get(event.id).position}`);
  byId.set(event.id, event);
  if (event.type === 'RegistrationAbandoned') abandoned.add(readJson(event.data)?.commandId);
  const command = readJson(event.metadata)?.commandId;
  if (typeof command === 'string') byCommand.set(command, [...(byCommand.get(command) ?? []), event]);
}

async function checkClosed(db, streams, find) {
  const { rows } = await db.query('select stream_id from es_closed_stream order by stream_id');
  for (const row of rows) if (!streams.has(row.stream_id)) find('P2', `${row.stream_id} is closed and has no event`);
}

/** The value, or undefined where the bytes are no JSON. */
export function readJson(bytes) {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
