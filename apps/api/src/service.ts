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

/** Builds the service with everything on it but a port. */
export async function createService(settings: Settings): Promise<NestFastifyApplication> {
  const logger = createLogger(settings.logLevel);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings), createAdapter(logger), {
    logger: new PinoLoggerService(logger),
    abortOnError: false,
  });
  await configureApp(app, logger);
  const metadata = await pluginMetadata();
  if (metadata) {
    SwaggerModule.setup('docs', app, await buildDocument(app, metadata), { jsonDocumentUrl: 'openapi.json' });
  }
  return app;
}
