import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { jwtVerify } from 'jose';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { announce } from './announce.js';
import { benchToken, publicKey } from './token.js';
import { visitBody } from './visit.js';

@Entity('bench_case')
class CaseRow {
  @PrimaryColumn('uuid')
  id!: string;
  @Column('text')
  number!: string;
  @Column('text')
  status!: string;
  @Column('text', { name: 'accepted_by' })
  acceptedBy!: string;
  @Column('uuid', { name: 'household_id' })
  householdId!: string;
  @Column('bigint')
  revision!: string;
  @Column('jsonb', { nullable: true })
  visit!: object | null;
}

@Entity('bench_member')
class MemberRow {
  @PrimaryColumn('uuid')
  id!: string;
  @Column('uuid', { name: 'household_id' })
  householdId!: string;
}

const day = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' };
const uuid = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' };
const schema = {
  params: { type: 'object', required: ['id'], properties: { id: uuid } },
  headers: { type: 'object', required: ['if-match'], properties: { 'if-match': { type: 'string' } } },
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['visitedOn', 'investigators', 'memberPresent'],
    properties: {
      visitedOn: day,
      investigators: { type: 'array', minItems: 1, maxItems: 10, items: { type: 'string', maxLength: 200 } },
      memberPresent: uuid,
      findings: { type: 'string', maxLength: 4000 },
    },
  },
};

interface Visit {
  readonly Params: { readonly id: string };
  readonly Body: typeof visitBody;
}

/** The same endpoint as a team would write it with Fastify and TypeORM: rows, changed in place. No idempotency, no events. */
const database = await new DataSource({
  type: 'postgres',
  url: process.env['DATABASE_URL'] ?? '',
  entities: [CaseRow, MemberRow],
  poolSize: Number(process.env['BENCH_POOL'] ?? 10),
}).initialize();
const cases = database.getRepository(CaseRow);
const members = database.getRepository(MemberRow);
const { key, checks } = await publicKey();
const app = Fastify({ logger: false });
app.post<Visit>('/cases/:id/home-visit', { schema }, async (request, reply) => {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const { payload } = await jwtVerify(token, key, checks);
  if (payload['role'] !== 'township-officer') return reply.code(403).send({ code: 'FORBIDDEN' });
  const { visitedOn, investigators, memberPresent } = request.body;
  const found = await cases.findOneBy({ id: request.params.id });
  if (!found) return reply.code(404).send({ code: 'NOT_FOUND' });
  if (request.headers['if-match'] !== `"${found.revision}"`) return reply.code(412).send({ code: 'REVISION_STALE' });
  const member = await members.findOneBy({ id: memberPresent });
  const refused =
    (found.status !== 'accepted' && found.status !== 'investigating') ||
    new Set(investigators).size < 2 ||
    !investigators.includes(payload.sub ?? '') ||
    investigators[0] === found.acceptedBy ||
    member?.householdId !== found.householdId ||
    visitedOn > new Date().toISOString().slice(0, 10);
  if (refused) return reply.code(409).send({ code: 'REFUSED' });
  found.status = 'investigating';
  found.revision = String(BigInt(found.revision) + 1n);
  found.visit = { ...request.body, by: payload.sub };
  await cases.save(found);
  return { id: found.id, revision: found.revision, number: found.number };
});
await app.listen({ port: 0, host: '127.0.0.1' });
announce({ port: (app.server.address() as AddressInfo).port, token: await benchToken() });
