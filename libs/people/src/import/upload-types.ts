import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Content types of files of households. What a file really is shows in its bytes. */
export const uploadTypes = [
  'application/octet-stream',
  'text/csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
] as const;

/** Lets the route of uploads read bodies of these types piece by piece, once it is known who sends them; no other route takes them. */
export function takeUploads(fastify: FastifyInstance): void {
  fastify.addContentTypeParser([...uploadTypes], (request: FastifyRequest, payload, done) => {
    if (request.routeOptions.url === '/imports') done(null, payload);
    else done(Object.assign(new Error('Unsupported Media Type'), { statusCode: 415 }));
  });
}
