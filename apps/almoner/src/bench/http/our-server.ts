import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { configureApp, createAdapter, createLogger } from '#libs/platform';
import { announce } from './announce.js';
import { benchToken } from './token.js';

/** The service's HTTP path with its own adapter, hooks, guard, pipe and interceptor; the request log is off. */
const logger = createLogger('silent');
const module =
  process.env['BENCH_SERVER'] === 'memory'
    ? (await import('./memory.js')).MemoryService
    : (await import('./durable.js')).DurableService.forRoot();
const app = await NestFactory.create<NestFastifyApplication>(module, createAdapter(logger), {
  logger: false,
  abortOnError: false,
});
await configureApp(app, logger);
await app.listen(0, '127.0.0.1');
announce({ port: (app.getHttpServer().address() as AddressInfo).port, token: await benchToken() });
