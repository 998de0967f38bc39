import { randomUUID } from 'node:crypto';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  fastify as Fastify,
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Logger } from 'pino';
import { Positions } from '#libs/event-sourcing';
import { Gate } from './gate.js';
import { IdempotencyKeys } from './idempotency.js';
import { Metrics } from './metrics.js';
import { ProblemCatalogue } from './problem-catalogue.js';
import { ProblemFilter, sendProblem } from './problem.filter.js';
import { toProblem } from './problem-mapping.js';
import { Readiness } from './readiness.js';
import { Answers } from './routes/answers.js';
import { RouteAdapter } from './routes/adapter.js';
import { Settings } from './settings.js';

const BODY_BYTES = 1_048_576;

/** Where the browsable page of the API lies. */
export const DOCS_PATH = '/docs';

/** The HTTP server: every request has an id, bodies are at most 1 MiB, Fastify's own request log is off. */
export function createAdapter(logger: Logger): RouteAdapter {
  const catalogue = new ProblemCatalogue();
  return new RouteAdapter({
    loggerInstance: logger,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(request, reply, toProblem(error), catalogue),
  });
}

/** Compiles the routes and adds what every answer and the end of the process need. Call once, before the app is initialised. */
export async function configureApp(app: NestFastifyApplication, logger: Logger): Promise<void> {
  const { production } = app.get(Settings);
  const fastify = app.getHttpAdapter().getInstance();
  await addSecurityHeaders(fastify, production);
  addRequestLog(fastify, logger, app.get(Metrics));
  addPromptEnd(fastify, app.get(Readiness));
  for (const name of ['caller', 'commandId', 'seenRevision']) fastify.decorateRequest(name, undefined);
  const adapter = app.getHttpAdapter();
  if (!(adapter instanceof RouteAdapter)) throw new Error('The app was not made with createAdapter');
  const problems = new ProblemFilter(app.get(ProblemCatalogue, { strict: false }));
  adapter.compile(app, {
    gate: app.get(Gate, { strict: false }),
    keys: app.get(IdempotencyKeys, { strict: false }),
    positions: app.get(Positions, { strict: false }),
    problems,
    answers: new Answers((error, reply) => problems.answer(error, reply.request, reply)),
  });
  app.enableShutdownHooks([], { useProcessExit: true });
}

/** The page of the API needs its own scripts and styles; everything else is data and may load nothing. */
const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

/**
 * The headers are the same for every answer. Helmet would work them out anew for each, which costs more than the rest of
 * the HTTP layer, so it is asked once, by one request that never leaves the process.
 */
async function addSecurityHeaders(fastify: FastifyInstance, production: boolean): Promise<void> {
  const headers = {
    ...(await helmetHeaders({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          frameAncestors: ["'none'"],
          ...(production && { upgradeInsecureRequests: [] }),
        },
      },
      strictTransportSecurity: production,
    })),
    'cache-control': 'no-store',
  };
  const ofDocs = { ...headers, 'content-security-policy': DOCS_POLICY };
  fastify.addHook('onSend', (request, reply, payload, done) => {
    reply.headers(request.url.startsWith(DOCS_PATH) ? ofDocs : headers);
    done(null, payload);
  });
}

/** The headers that helmet sets. */
async function helmetHeaders(options: FastifyHelmetOptions): Promise<Record<string, string>> {
  const probe = Fastify({ logger: false });
  await probe.register(helmet, options);
  probe.get('/', (_, reply) => reply.send());
  const { headers } = await probe.inject('/');
  await probe.close();
  const notHelmets = ['content-length', 'date', 'connection', 'content-type'];
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !notHelmets.includes(name) ? [[name, value]] : [],
    ),
  );
}

/** One line for each answer: never bodies, parameters' values or tokens. */
function addRequestLog(fastify: FastifyInstance, logger: Logger, metrics: Metrics): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const ms = reply.elapsedTime;
    metrics.observeRequest(request.method, route, reply.statusCode, ms / 1000);
    const level = route.startsWith('/health') || route === '/metrics' ? 'debug' : 'info';
    if (logger.isLevelEnabled(level)) {
      const { role, area } = request.caller ?? {};
      const { id: requestId, method } = request;
      logger[level]({ requestId, method, route, status: reply.statusCode, ms: Math.round(ms), role, area }, 'request');
    }
    done();
  });
}

/** Ends kept-alive connections with their next answer, so that a busy client does not hold up the end. */
function addPromptEnd(fastify: FastifyInstance, readiness: Readiness): void {
  let closing = false;
  fastify.addHook('preClose', async () => {
    closing = true;
    readiness.stop();
  });
  fastify.addHook('onSend', (_, reply, payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
}
