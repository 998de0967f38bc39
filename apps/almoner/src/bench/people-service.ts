import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { localDate } from '#libs/calendar';
import { EventStore, Sealing } from '#libs/event-sourcing';
import {
  generateHouseholds,
  householdCsv,
  householdCsvHeader,
  Imports,
  markOf,
  Registrations,
  SubjectKeys,
  type HouseholdDraft,
} from '#libs/people';
import { readSettings } from '#libs/platform';
import { AppModule } from '../../../api/src/app.module.js';

/** An area of the pack that comes with the service. */
const AREA = '430225';
/** More households than any measurement takes: fewer are the beginning of more. */
const HOUSEHOLDS = 600_000;

/** A file of made-up households that were in no file before. */
export interface MadeUpFile {
  readonly path: string;
  readonly households: number;
  readonly persons: number;
}

/** The parts of the service as the command `import` puts them together, with made-up households. */
export interface PeopleService {
  readonly events: EventStore;
  readonly sealing: Sealing;
  readonly keys: SubjectKeys;
  readonly registrations: Registrations;
  readonly nextHousehold: () => HouseholdDraft;
  /** Writes the next households until there are so many of the unit. */
  readonly write: (count: number, unit: 'households' | 'persons') => Promise<MadeUpFile>;
  /** Takes a file in. @throws Error where a household of it was not taken */
  readonly take: (file: MadeUpFile) => Promise<void>;
}

/** Does something with the service on a database with its tables; keys and files lie in a folder that is removed at the end. */
export async function withPeopleService<T>(url: string, act: (service: PeopleService) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'almoner-bench-'));
  const env = { NODE_ENV: process.env['NODE_ENV'] === 'test' ? 'test' : 'development', DATABASE_URL: url };
  const settings = readSettings({ ...env, DATA_DIR: folder, LOG_LEVEL: 'fatal' });
  const module = AppModule.forRoot({ ...settings, readers: 'apart' });
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const imports = app.get(Imports, { strict: false });
  const drafts = generateHouseholds({
    areas: [{ code: AREA }],
    households: HOUSEHOLDS,
    seed: 5,
    today: localDate(new Date().toISOString(), 'Asia/Shanghai'),
  });
  const nextHousehold = () => drafts.next().value as HouseholdDraft;
  const write: PeopleService['write'] = async (count, unit) => {
    const path = join(folder, `${randomUUID()}.csv`);
    await writeFile(path, householdCsvHeader('zh'), { mode: 0o600 });
    let [households, persons, text] = [0, 0, ''];
    while ((unit === 'households' ? households : persons) < count) {
      const draft = nextHousehold();
      text += householdCsv(draft, `H${++households}`);
      persons += draft.members.length;
      if (text.length < 1_000_000) continue;
      await writeFile(path, text, { flag: 'a' });
      text = '';
    }
    await writeFile(path, text, { flag: 'a' });
    return { path, households, persons };
  };
  const take = async ({ path, households }: MadeUpFile): Promise<void> => {
    const mark = await markOf(path);
    const { id } = await imports.jobs.add({
      id: randomUUID(),
      source: 'command',
      fileName: 'households.csv',
      fileBytes: mark.bytes,
      fileDigest: mark.digest,
      sheet: undefined,
      dryRun: false,
      area: AREA,
      actor: 'bench',
      role: 'administrator',
    });
    await imports.work(id, path);
    const registered = (await imports.jobs.find(id))?.reached.registered;
    if (registered !== households) throw new Error(`of ${households} households ${registered} were taken`);
  };
  try {
    return await act({
      events: app.get(EventStore, { strict: false }),
      sealing: app.get(Sealing, { strict: false }),
      keys: app.get(SubjectKeys, { strict: false }),
      registrations: app.get(Registrations, { strict: false }),
      nextHousehold,
      write,
      take,
    });
  } finally {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  }
}
