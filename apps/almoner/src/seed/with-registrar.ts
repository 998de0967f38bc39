import { NestFactory } from '@nestjs/core';
import { AreaTree } from '#libs/areas';
import { localDate } from '#libs/calendar';
import { Clock, derivedId, RefusedCommand } from '#libs/event-sourcing';
import { Registrations } from '#libs/people';
import { readSettings, StartUpError } from '#libs/platform';
import { AppModule } from '../../../api/src/app.module.js';
import { Failure } from '../command.js';
import type { RegisterHousehold } from './register-all.js';

/** Under which commands of the generator have their ids. */
const NAMESPACE = '6f0f6f0b-8a39-5c1e-9d0b-2b7f5f1c7a19';

/** Takes households in, by the rules of the service, beside it or without it. */
export interface Registrar {
  /** The local date of the first area, by the clock of the program. */
  readonly today: string;
  readonly register: RegisterHousehold;
  readonly codeOf: (error: unknown) => string | undefined;
}

/**
 * Does something with what registers households. The ids of commands follow from the seed, the areas and the place in
 * the order: a second run of the same changes nothing, and one that was broken off goes on.
 * @throws Failure without a database, for an area that is not there, and where the service could not start either
 */
export async function withRegistrar<Result>(
  env: NodeJS.ProcessEnv,
  { areas, seed }: { readonly areas: readonly string[]; readonly seed: number },
  act: (registrar: Registrar) => Promise<Result>,
): Promise<Result> {
  if ((env['DATABASE_URL'] ?? '') === '')
    throw new Failure('no database is known: start the service with npm start, or set DATABASE_URL');
  const module = AppModule.forRoot({ ...readSettings(env), readers: 'apart' });
  const app = await NestFactory.createApplicationContext(module, {
    logger: false,
    abortOnError: false,
  }).catch((error: unknown) => {
    throw error instanceof StartUpError ? new Failure(error.message) : error;
  });
  try {
    const [tree, clock, registrations] = [app.get(AreaTree), app.get(Clock), app.get(Registrations)];
    const unknown = areas.find((code) => !tree.has(code));
    if (unknown !== undefined) throw new Failure(`no area has the code ${unknown}`);
    const [first = ''] = areas;
    return await act({
      today: localDate(await clock.now(), tree.timeZoneOf(first)),
      register: async (draft, key) => {
        const commandId = derivedId(NAMESPACE, `${seed} ${areas.join(',')} ${key}`);
        const ids = { commandId, correlationId: commandId, causationId: commandId };
        await registrations.register(draft, { ...ids, actor: 'seed', role: 'township-officer', area: draft.area });
      },
      codeOf: (error) => (error instanceof RefusedCommand ? error.refusal.code : undefined),
    });
  } finally {
    await app.close();
  }
}
