import { readArguments } from './arguments.js';
import { Failure, UsageError, type Command } from './command.js';

/** `projections verify`: folds the log afresh and compares every read table row by row with the live one. */
export const projectionsCommand: Command = {
  name: 'projections',
  usage: 'verify',
  summary: {
    en: 'Fold the log afresh and compare every read table with it, row by row',
    zh: '由日志重新推算各读表，并逐行核对',
  },
  async run(args, { print }) {
    const { words } = readArguments(args, { options: {}, words: ['verify'] });
    if (words[0] !== 'verify') throw new UsageError(`unknown word '${words[0]}': projections verify`);
    const url = process.env['DATABASE_URL'];
    if (url === undefined)
      throw new Failure('no database is known: start the service with npm start, or set DATABASE_URL');
    const [{ createPool }, kernel, { codec, projections }] = await Promise.all([
      import('#libs/platform'),
      import('#libs/event-sourcing'),
      import('../../api/src/registers.js'),
    ]);
    const pool = createPool(url, 2);
    try {
      const wakeUp = new kernel.WakeUp();
      const store = new kernel.PostgresEventStore(pool, wakeUp);
      let differences = 0;
      for (const projection of projections) {
        const found = await kernel.verifyProjection(pool, store, codec, projection, wakeUp);
        print(
          `${found.projection.padEnd(16)} ${String(found.rows).padStart(8)} rows  ${found.differences} differences`,
        );
        differences += found.differences;
      }
      if (differences > 0) throw new Failure(`${differences} rows differ from the log`);
    } finally {
      await pool.end();
    }
  },
};
