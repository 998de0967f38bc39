import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import {
  buildDocument,
  configureApp,
  createAdapter,
  createLogger,
  PinoLoggerService,
  type Settings,
} from '#libs/platform';
import { AppModule } from './app.module.js';
import { pluginMetadata } from './plugin-metadata.js';

/** Paths at which every process tells how it fares. */
const operations = /^\/(health\/|metrics)/;

/**
 * Builds the service with everything on it but a port.
 * @param how `operationsOnly`: nothing but health and figures is answered
 */
export async function createService(
  settings: Settings,
  { operationsOnly = false }: { readonly operationsOnly?: boolean } = {},
): Promise<NestFastifyApplication> {
  const logger = createLogger(settings.logLevel);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings), createAdapter(logger), {
    logger: new PinoLoggerService(logger),
    abortOnError: false,
  });
  await configureApp(app, logger);
  if (operationsOnly) {
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', (request, reply, done) => {
        if (operations.test(request.url)) done();
        else void reply.status(404).send();
      });
    return app;
  }
  const metadata = await pluginMetadata();
  if (metadata) {
    SwaggerModule.setup('docs', app, await buildDocument(app, metadata), { jsonDocumentUrl: 'openapi.json' });
  }
  return app;
}
