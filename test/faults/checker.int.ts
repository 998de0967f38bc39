import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendFileSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { madeUpNumber } from '../support/made-up.js';
import { Api } from './support/api.js';
import { caughtUp, runChecker } from './support/checker.js';
import { Client } from './support/client.js';
import { Journal } from './support/journal.js';
import { Load } from './support/load.js';
import { Random } from './support/random.js';
import { createSharedDatabase, dropSharedDatabase, rowsOf, sql } from './support/shared-server.js';

const base = `checker_base_${process.pid}`;
const copy = `checker_copy_${process.pid}`;
const journal = new Journal();
const noted = join(journal.dir, 'noted.json');
let url: string;
/** A submitted application among those of the load, and the event after it. */
let submitted: { position: number; stream: string };
let last: number;

/** A database that holds the life of a family, with awards and payments, and the work of a few clients. */
beforeAll(async () => {
  url = await createSharedDatabase(base);
  const api = await Api.start(url);
  await api.almoner('demo', '--json', '--url', api.url);
  const load = new Load(await Client.of(api, journal), new Random(7));
  load.start(4);
  while (journal.counts.ok < 40) await sleep(10);
  await load.stop();
  const person = {
    name: 'Made-up Person',
    document: { kind: 'resident-number', number: madeUpNumber('1971-03-02', 1) },
  };
  const members = [{ relation: 'applicant', person }];
  const body = { area: '430225100201', residence: 'rural', members };
  await (await Client.of(api, journal)).send('numbered', { path: '/households', body });
  await caughtUp(url);
  await api.stop();
  await api.remove();
  const [found] = await rowsOf<{ position: string; stream: string; last: string }>(
    url,
    `select global_position as position, stream_id as stream, (select max(global_position) from es_event) as last
      from es_event where event_type = 'ApplicationSubmitted' and global_position > 60 order by 1 limit 1`,
  );
  submitted = { position: Number(found?.position), stream: found?.stream ?? '' };
  last = Number(found?.last);
}, 120_000);

afterAll(async () => {
  await dropSharedDatabase(copy);
  await dropSharedDatabase(base);
  journal.remove();
});

/** What the checker finds in a copy of the database in which somebody with all rights has done something. */
async function foundAfter(tampering: string, given: Parameters<typeof runChecker>[1] = {}): Promise<readonly string[]> {
  const copied = await createSharedDatabase(copy, base);
  await sql(copied, `set session_replication_role = replica; ${tampering}`); // the triggers say nothing
  return runChecker(copied, { journal, ...given }).findings;
}

const rehash = (where: string) => `update es_event set leaf_hash = es_leaf_hash(global_position, revision, recorded_at,
  stream_id, event_id, event_type, data, metadata) where ${where};`;

/** A journal with more lines than the clients wrote. */
function journalWith(...entries: object[]): Journal {
  const other = new Journal();
  copyFileSync(journal.file, other.file);
  appendFileSync(other.file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return other;
}

describe('The checker', () => {
  it('finds nothing where nothing is wrong, and notes size and root', () => {
    const report = runChecker(url, { journal, note: noted });
    expect(report.findings).toEqual([]);
    expect(report.summary).toMatch(new RegExp(`^${last + 1} events, root [0-9a-f]{16}…, 0 parked, 0 findings$`));
    expect(runChecker(url, { journal, noted }).findings).toEqual([]);
  });

  it('names an edited row', async () => {
    const found = await foundAfter(
      `update es_event set data = overlay(data placing '\\x7b20'::bytea from 1 for 1) where global_position = 5`,
    );
    expect(found).toContainEqual(expect.stringMatching(/^P1 position 5 .* does not fit its leaf hash/));
    expect(found).toContainEqual(expect.stringMatching(/^P1 the data at position 5 .* are not canonical JSON/));
  });

  it('sees an edited row whose leaf hash was made anew by the root that was noted', async () => {
    const edit = `update es_event set data = convert_to(replace(convert_from(data, 'UTF8'), '"', '"'), 'UTF8'),
      recorded_at = recorded_at - interval '1 ms' where global_position = 0; ${rehash('global_position = 0')}`;
    expect(await foundAfter(edit)).toEqual([]);
    expect(await foundAfter(edit, { noted })).toEqual([
      expect.stringMatching(`^P1 the first ${last + 1} events are others than when the root`),
    ]);
  });

  it('names a missing event', async () => {
    const { position, stream } = submitted;
    const found = await foundAfter(`delete from es_event where global_position = ${position}`);
    expect(found).toContainEqual(`P3 position ${position} is missing before ${position + 1}`);
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^P2 .*${stream}`)));
    expect(found).toContainEqual(
      expect.stringMatching(`^P1 command .* was acknowledged at position ${position}, and is not`),
    );
  });

  it('names swapped rows', async () => {
    const found = await foundAfter(`update es_event e set data = o.data, metadata = o.metadata from es_event o
      where e.global_position in (3, 4) and o.global_position = 7 - e.global_position`);
    for (const position of [3, 4])
      expect(found).toContainEqual(expect.stringMatching(`^P1 position ${position} .* does not fit its leaf hash`));
  });

  it('names a command that took effect twice', async () => {
    const twice = last + 1;
    const found = await foundAfter(`
      insert into es_event select ${twice}, 'case-twice', 0, gen_random_uuid(), event_type, schema_version, data, metadata, leaf_hash,
        (select max(recorded_at) from es_event) from es_event where global_position = ${submitted.position};
      ${rehash(`global_position = ${twice}`)}`);
    expect(found).toContainEqual(
      expect.stringMatching(`^P4 command .* has more than one effect: positions ${submitted.position}, ${twice}$`),
    );
  });

  it('names a stream that forks and a closed one without events', async () => {
    const found = await foundAfter(`alter table es_event drop constraint es_event_stream_id_revision_key;
      update es_event set revision = 0 where global_position = (select min(global_position) from es_event where revision = 1);
      ${rehash('true')};
      insert into es_closed_stream values ('case-nowhere')`);
    expect(found).toContainEqual(expect.stringMatching(/^P2 position /));
    expect(found).toContainEqual('P2 case-nowhere is closed and has no event');
  });

  it('names time that goes back', async () => {
    const found = await foundAfter(
      `update es_event set recorded_at = recorded_at - interval '2 years' where global_position = 9; ${rehash('global_position = 9')}`,
    );
    expect(found).toEqual([expect.stringMatching(/^P3 position 9 .* was recorded before the event before it/)]);
  });

  it('sees that the tail was cut off, by what was noted and by what was acknowledged', async () => {
    const cut = `delete from es_event where global_position > ${last - 3}; 
      update proj_checkpoint set position = '${last - 3}'`;
    const found = await foundAfter(cut, { noted });
    expect(found).toContainEqual(`P1 ${last + 1} events were noted, ${last - 2} are left: the tail was cut off`);
    expect(found).toContainEqual(
      expect.stringMatching(/^P1 command .* was acknowledged at position .* is not in the log/),
    );
  });

  it('names a wrong, a missing and a made-up row of the caseload, and a wrong award', async () => {
    const id = submitted.stream.slice('case-'.length);
    expect(await foundAfter(`update read.case_file set status = 'active' where id = '${id}'`)).toEqual([
      expect.stringMatching(`^P5 case-list: read.case_file.status is active instead of .* ${submitted.stream}`),
    ]);
    expect(await foundAfter(`delete from read.case_file where id = '${id}'`)).toEqual([
      expect.stringMatching(`^P5 case-list: read.case_file has 0 rows instead of 1 of ${submitted.stream}`),
    ]);
    const other = '00000000-0000-4000-8000-000000000000';
    expect(
      await foundAfter(`insert into rm_case_list_1.case_file
        select (jsonb_populate_record(c, '{"id": "${other}", "number": "made up", "first_position": -1}')).*
        from rm_case_list_1.case_file c where id = '${id}'`),
    ).toEqual([`P5 read.case_file has a row of case ${other}, which is not in the log`]);
    expect(await foundAfter(`update read.award set monthly_amount = monthly_amount + 1`)).toContainEqual(
      expect.stringMatching(/^P5 award: read.award.monthly_amount is 45001 instead of 45000/),
    );
  });

  it('names what two have that one alone may have, and a claim without what it was for', async () => {
    const twice = last + 1;
    const copied = (stream: string, ofWhich: string) => `
      insert into es_event select ${twice}, '${stream}', 0, gen_random_uuid(), event_type, schema_version, data, '{}', leaf_hash,
        (select max(recorded_at) from es_event) from es_event where ${ofWhich};`;
    const numbered = `event_type = 'PersonRegistered' and convert_from(data, 'UTF8') like '%identityHash%'
      and global_position = (select max(global_position) from es_event where event_type = 'PersonRegistered')`;
    const claimed = `stream_id like 'claim-%' and event_type = 'ClaimConfirmed' and global_position =
      (select max(global_position) from es_event where event_type = 'ClaimConfirmed')`;
    const family = `event_type = 'HouseholdRegistered' and global_position =
      (select max(global_position) from es_event where event_type = 'HouseholdRegistered')`;
    const p9 = async (tampering: string) =>
      (await foundAfter(tampering)).filter((finding) => finding.startsWith('P9 '));

    expect(await p9(`${copied('person-twice', numbered)} ${rehash(`global_position = ${twice}`)}`)).toEqual([
      `P9 person-twice was registered at position ${twice} with a number that was not claimed for it`,
    ]);
    expect(await p9(`${copied('household-twice', family)} ${rehash(`global_position = ${twice}`)}`)).toEqual([
      expect.stringMatching(/^P9 person .* counts in household-.* and in household-twice$/),
    ]);
    const another = '00000000-0000-4000-8000-000000000000';
    const renamed = `update es_event set data = convert_to(regexp_replace(convert_from(data, 'UTF8'),
      '"commandId":"[^"]+"', '"commandId":"${another}"'), 'UTF8') where ${claimed}; ${rehash('true')}`;
    expect(await p9(renamed)).toEqual([
      expect.stringMatching(/^P9 claim-.* is confirmed for .*, who does not have it$/),
    ]);
    const gone = `update es_event set metadata = '{}' where ${family}; ${rehash('true')}`;
    expect(await p9(gone)).toContainEqual(
      expect.stringMatching(/^P9 claim-.* is confirmed for household-.*, which holds no event of command /),
    );
    const abandoned = `update es_event set event_type = 'ClaimReleased', data = convert_to(regexp_replace(
      convert_from(data, 'UTF8'), '}$', ',"reason":"abandoned"}'), 'UTF8') where ${claimed}; ${rehash('true')}`;
    expect(await p9(abandoned)).toEqual([
      expect.stringMatching(/^P9 claim-.* was given up without a word in /),
      expect.stringMatching(/^P9 claim-.* was given up, and .* holds an event of /),
    ]);
  }, 60_000);

  it('names two answers to one command, an answer that is not so, and a refusal of what was done', async () => {
    const ok = JSON.parse(journal.lines.find((line) => line.includes('"op":"ok"')) ?? '') as { key: string };
    const found = (entry: object) => {
      const other = journalWith(entry);
      const { findings } = runChecker(url, { journal: other });
      other.remove();
      return findings;
    };
    expect(found({ ...ok, position: '999' })).toEqual([
      expect.stringMatching(/^P4 command .* was answered with position/),
    ]);
    const refused = { op: 'invoke', key: 'other', events: ['00000000-0000-4000-8000-000000000000'] };
    expect(found(refused)).toEqual([]);
    const other = journalWith(refused, { op: 'ok', key: 'other', revision: '0', position: '0' });
    expect(runChecker(url, { journal: other }).findings).toEqual([
      'P1 command other (append) was acknowledged at position 0, and is not in the log',
    ]);
    other.remove();
    const [event] = await rowsOf<{ event_id: string }>(url, 'select event_id from es_event where global_position = 3');
    const done = journalWith({ ...refused, events: [event?.event_id] }, { op: 'fail', key: 'other' });
    expect(runChecker(url, { journal: done }).findings).toEqual([
      'P4 command other (append) was refused, and is at position 3',
    ]);
    done.remove();
  });
});
