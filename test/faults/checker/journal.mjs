import { uuid5 } from './bytes.mjs';

/** The namespace of command ids. */
const commands = '6a1f9d1e-5b0c-4e37-9a6b-0d3f5c1e7a42';

/**
 * What clients asked for and were told, against the log. A journal is one JSON object a line, in the order of its client:
 *
 *   {"op":"invoke","key":K,"http":{"subject","method","path"}}   a command over HTTP under the Idempotency-Key K
 *   {"op":"invoke","key":K,"events":[ID,…]}                      an append of these events
 *   {"op":"ok","key":K,"id":…,"revision":"3","position":"17"}    acknowledged
 *   {"op":"fail","key":K}                                        refused for certain: nothing was recorded
 *   {"op":"unknown","key":K}                                     no answer: it may have happened, and may be asked again
 */
export function checkJournal(text, log, find) {
  const asked = new Map();
  for (const line of text.split('\n').filter(Boolean)) {
    const entry = JSON.parse(line);
    const known = asked.get(entry.key) ?? { key: entry.key, answers: [], refused: false };
    asked.set(entry.key, known);
    if (entry.op === 'invoke') Object.assign(known, { http: entry.http, events: entry.events });
    if (entry.op === 'ok') known.answers.push(entry);
    if (entry.op === 'fail') known.refused = true;
  }
  for (const command of asked.values()) checkCommand(command, effectsOf(command, log), find);
}

/**
 * The events that a command left in the log. What it claimed on the way is looked at with the claims. A registration that was given up
 * and is sent again goes on under the id that follows.
 */
function effectsOf({ key, http, events }, log) {
  if (events !== undefined) return events.flatMap((id) => log.byId.get(id) ?? []);
  const first = uuid5(JSON.stringify([http.subject, http.method, http.path, key]), commands);
  for (let id = first; ; id = uuid5('again', id)) {
    const effects = (log.byCommand.get(id) ?? []).filter(({ stream }) => !stream.startsWith('claim-'));
    if (effects.length > 0 || !log.abandoned.has(id)) return effects;
  }
}

function checkCommand({ key, http, events, answers, refused }, effects, find) {
  const what = `command ${key} (${http?.path ?? 'append'})`;
  const [first, ...repeats] = answers;
  for (const repeat of repeats)
    for (const part of ['id', 'revision', 'position'])
      if (repeat[part] !== first[part])
        find('P4', `${what} was answered with ${part} ${first[part]}, then with ${repeat[part]}`);
  if (first === undefined) {
    if (refused && effects.length > 0) find('P4', `${what} was refused, and is at position ${effects[0].position}`);
  } else {
    const last = effects.at(-1);
    if (last === undefined) find('P1', `${what} was acknowledged at position ${first.position}, and is not in the log`);
    else if (String(last.revision) !== first.revision || String(last.position) !== first.position)
      find(
        'P1',
        `${what} was acknowledged at revision ${first.revision}, position ${first.position}, and is at ${last.revision}, ${last.position}`,
      );
  }
  if (effects.length === 0) return;
  const together = effects.every(
    ({ stream, position, revision }, index) =>
      stream === effects[0].stream &&
      position === effects[0].position + BigInt(index) &&
      revision === effects[0].revision + BigInt(index),
  );
  if (!together)
    find('P4', `${what} has more than one effect: positions ${effects.map(({ position }) => position).join(', ')}`);
  const expected = events ?? effects.map((_, index) => uuid5(`event-${index}`, commandIdOf(effects[index])));
  if (effects.length !== expected.length || effects.some(({ id }, index) => id !== expected[index]))
    find(
      'P4',
      `${what} has other events than it was to have: positions ${effects.map(({ position }) => position).join(', ')}`,
    );
}

const commandIdOf = ({ metadata }) => JSON.parse(metadata.toString('utf8')).commandId;
