import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Metrics } from './metrics.js';
import { ProblemCatalogue } from './problem-catalogue.js';
import { sendProblem } from './problem.filter.js';
import { toProblem } from './problem-mapping.js';
import { Readiness } from './readiness.js';
import { Settings } from './settings.js';

const BODY_BYTES = 1_048_576;

/** Where the browsable page of the API lies. */
export const DOCS_PATH = '/docs';

/** The HTTP server: every request has an id, bodies are at most 1 MiB, Fastify's own request log is off. */
export function createAdapter(logger: Logger): FastifyAdapter {
  const catalogue = new ProblemCatalogue();
  return new FastifyAdapter({
    loggerInstance: logger,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(request, reply, toProblem(error), catalogue),
  });
}

/** Adds what every answer and the end of the process need. Call once, before the app listens. */
export async function configureApp(app: NestFastifyApplication, logger: Logger): Promise<void> {
  const { production } = app.get(Settings);
  const fastify = app.getHttpAdapter().getInstance();
  await addSecurityHeaders(app, production);
  addRequestLog(fastify, logger, app.get(Metrics));
  addPromptEnd(fastify, app.get(Readiness));
  app.enableShutdownHooks([], { useProcessExit: true });
}

/** The page of the API needs its own scripts and styles; everything else is data and may load nothing. */
const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

async function addSecurityHeaders(app: NestFastifyApplication, production: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        ...(production && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: production,
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    if (request.url.startsWith(DOCS_PATH)) void reply.header('content-security-policy', DOCS_POLICY);
  });
}

/** One line for each answer: never bodies, parameters' values or tokens. */
function addRequestLog(fastify: FastifyInstance, logger: Logger, metrics: Metrics): void {
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const ms = Math.round(reply.elapsedTime);
    const { role, area } = request.caller ?? {};
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    const level = route.startsWith('/health') || route === '/metrics' ? 'debug' : 'info';
    logger[level](
      { requestId: request.id, method: request.method, route, status: reply.statusCode, ms, role, area },
      'request',
    );
  });
}

/** Ends kept-alive connections with their next answer, so that a busy client does not hold up the end. */
function addPromptEnd(fastify: FastifyInstance, readiness: Readiness): void {
  let closing = false;
  fastify.addHook('preClose', async () => {
    closing = true;
    readiness.stop();
  });
  fastify.addHook('onSend', async (_, reply) => {
    if (closing) void reply.header('connection', 'close');
  });
}
