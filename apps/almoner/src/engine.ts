import { Failure } from './command.js';

/** What a command needs to work on the read models beside the service. */
export interface CommandEngine {
  readonly parts: import('#libs/event-sourcing').EngineParts;
  readonly projections: readonly import('#libs/event-sourcing').Projection[];
  /** What follows the log without tables of its own. */
  readonly processes: readonly import('#libs/event-sourcing').Follower[];
  readonly kernel: typeof import('#libs/event-sourcing');
}

/** Opens the log and the read models of the settings, does something, and closes them. @throws Failure without a database */
export async function withEngine(env: NodeJS.ProcessEnv, act: (engine: CommandEngine) => Promise<void>): Promise<void> {
  const url = env['DATABASE_URL'];
  if (url === undefined || url === '')
    throw new Failure('no database is known: start the service with npm start, or set DATABASE_URL');
  const [platform, kernel, people, { codec, projections, processes }, { openEventStore }] = await Promise.all([
    import('#libs/platform'),
    import('#libs/event-sourcing'),
    import('#libs/people'),
    import('../../api/src/registers.js'),
    import('../../api/src/open-event-store.js'),
  ]);
  const { createPool, readSettings, serviceUrl } = platform;
  const settings = readSettings(env);
  const pool = createPool(await serviceUrl(url, settings.databaseAppUrl), 6);
  try {
    const store = await openEventStore(settings, pool, new kernel.WakeUp(), new kernel.DatabaseClock(pool));
    try {
      const keys = new people.SubjectKeys(pool, new people.LocalKeyService(settings.keysDir));
      const sealing = new people.PersonalData(keys);
      await act({ parts: kernel.engineParts({ pool, store, codec, sealing }), projections, processes, kernel });
    } finally {
      await store.close();
    }
  } finally {
    await pool.end();
  }
}
