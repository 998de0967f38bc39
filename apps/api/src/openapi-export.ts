import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { buildDocument, createAdapter, createLogger, readSettings } from '#libs/platform';
import { AppModule } from './app.module.js';
import { pluginMetadata } from './plugin-metadata.js';

/** Writes the OpenAPI document to the file named on the command line; needs a build, and no database. */
const [, , file = 'openapi.json'] = process.argv;
const settings = readSettings({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
const app = await NestFactory.create<NestFastifyApplication>(
  AppModule.forRoot(settings),
  createAdapter(createLogger('silent')),
  {
    preview: true,
    logger: false,
  },
);
writeFileSync(file, `${JSON.stringify(await buildDocument(app, await pluginMetadata()), null, 2)}\n`);
