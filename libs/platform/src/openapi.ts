import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/** Loads what the build's plugin read from the sources; see {@link buildDocument}. */
export type PluginMetadata = () => Promise<Record<string, unknown>>;

/**
 * The OpenAPI document of the app.
 * @param metadata default export of the generated `metadata.js`; without it the document would be silently poorer
 * @throws Error when it is missing
 */
export async function buildDocument(
  app: INestApplication,
  metadata: PluginMetadata | undefined,
): Promise<OpenAPIObject> {
  if (!metadata) throw new Error('The metadata of the OpenAPI plugin is missing: build first');
  await SwaggerModule.loadPluginMetadata(metadata);
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Almoner')
    .setDescription(
      'Case management for social assistance and charitable aid. Amounts are integers in the minor unit of the currency; every error is problem+json.',
    )
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addSecurityRequirements('bearer')
    .build();
  return withSortedEnums(withProblems(SwaggerModule.createDocument(app, config)));
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** Every operation may answer with a problem. */
function withProblems(document: OpenAPIObject): OpenAPIObject {
  const problem = { $ref: '#/components/responses/Problem' };
  for (const path of Object.values(document.paths))
    for (const method of METHODS) {
      const operation = path[method];
      if (operation) operation.responses = { ...operation.responses, '4XX': problem, '5XX': problem };
    }
  const components = document.components ?? {};
  components.schemas = { ...components.schemas, Problem: PROBLEM_SCHEMA };
  components.responses = {
    ...components.responses,
    Problem: {
      description: 'What went wrong, in English or Chinese by Accept-Language (RFC 9457).',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  };
  return { ...document, components };
}

/** The compiler gives the members of a union in an order that changes with unrelated edits. */
function withSortedEnums(document: OpenAPIObject): OpenAPIObject {
  const sorted = (name: string, value: unknown): unknown =>
    name === 'enum' && Array.isArray(value) ? [...(value as (string | number)[])].sort(ascending) : value;
  return JSON.parse(JSON.stringify(document, sorted)) as OpenAPIObject;
}

const ascending = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

const text = { type: 'string' };
const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: text,
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable name of the problem or refusal.' },
    detail: text,
    instance: { type: 'string', format: 'uri', description: 'Id of the request.' },
    details: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: {
            type: 'string',
            description: 'JSON pointer into the body, or ?name for a parameter of the query.',
          },
          code: text,
          detail: text,
        },
      },
    },
  },
};
