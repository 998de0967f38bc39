import { Failure, type Terminal } from '../command.js';

type Imports = InstanceType<typeof import('#libs/people').Imports>;
type Areas = InstanceType<typeof import('#libs/areas').AreaTree>;

/** What imports work with: the parts of the service, without its HTTP side and without its readers of the log. */
export interface ImportService {
  readonly imports: Imports;
  readonly areas: Areas;
  readonly keptDays: number;
}

/**
 * Puts the parts of the service together on the database of DATABASE_URL, does something with them, and ends them.
 * @throws Failure when no database is known, or it cannot be used
 */
export async function withImports(env: Terminal['env'], act: (service: ImportService) => Promise<void>): Promise<void> {
  if ((env['DATABASE_URL'] ?? '') === '')
    throw new Failure('no database is known: start the service with npm start, or set DATABASE_URL');
  const [{ NestFactory }, { AppModule }, platform, { Imports }, { AreaTree }] = await Promise.all([
    import('@nestjs/core'),
    import('../../../api/src/app.module.js'),
    import('#libs/platform'),
    import('#libs/people'),
    import('#libs/areas'),
  ]);
  const settings = platform.readSettings(env);
  const logger = new platform.PinoLoggerService(platform.createLogger(settings.logLevel));
  const module = AppModule.forRoot({ ...settings, readers: 'apart' });
  const app = await NestFactory.createApplicationContext(module, { logger, abortOnError: false }).catch(
    (error: unknown) => {
      throw error instanceof platform.StartUpError ? new Failure(error.message) : error;
    },
  );
  try {
    await act({
      imports: app.get(Imports, { strict: false }),
      areas: app.get(AreaTree, { strict: false }),
      keptDays: settings.importKeptDays,
    });
  } finally {
    await app.close();
  }
}
