import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { AreaTree } from '#libs/areas';
import { DoubleFinder, ReadLog, type DoublesQuery, type FoundDouble } from '#libs/people';
import { readSettings, StartUpError } from '#libs/platform';
import { AppModule } from '../../../api/src/app.module.js';
import { Failure } from '../command.js';

/** Pairs that are noted and handed on together. */
const AT_ONCE = 100;

/**
 * Hands on the pairs of an area that may be of one person, page by page, each page once it is in the read log. Works beside
 * the service or without it, on the read models as they stand.
 * @throws Failure without a database, for an area that is not there, and where the service could not start either
 */
export async function eachDouble(
  env: NodeJS.ProcessEnv,
  { area, minScore }: { readonly area: string; readonly minScore: number },
  act: (pair: FoundDouble) => void,
): Promise<void> {
  if ((env['DATABASE_URL'] ?? '') === '')
    throw new Failure('no database is known: start the service with npm start, or set DATABASE_URL');
  const module = AppModule.forRoot({ ...readSettings(env), readers: 'apart' });
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false }).catch(
    (error: unknown) => {
      throw error instanceof StartUpError ? new Failure(error.message) : error;
    },
  );
  try {
    const [areas, doubles, readLog] = [app.get(AreaTree), app.get(DoubleFinder), app.get(ReadLog)];
    if (!areas.has(area)) throw new Failure(`no area has the code ${area}`);
    const reader = {
      ...{ subject: 'almoner doubles', role: 'administrator', area, purpose: 'data-quality' as const },
      ...{ requestId: randomUUID(), known: undefined, effective: undefined },
    };
    let after: DoublesQuery['after'];
    do {
      const { items, next } = await doubles.ofArea({ area, minScore, limit: AT_ONCE, after });
      const persons = [...new Set(items.flatMap(({ files }) => files.map(({ id }) => id)))];
      if (persons.length > 0) await readLog.note(reader, { kind: 'list', persons });
      items.forEach(act);
      after = next;
    } while (after !== undefined);
  } finally {
    await app.close();
  }
}
