import { createHash, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { AccessModule } from '#libs/access';
import { AreasModule, chinaDivisions } from '#libs/areas';
import { CasesModule } from '#libs/cases';
import {
  AggregateStore,
  Clock,
  EventCodec,
  EventStore,
  Positions,
  RunningNumbers,
  type Message,
} from '#libs/event-sourcing';
import { PersonalData, type SubjectKeys } from '#libs/people';
import { IdempotencyKeys, Metrics, ProblemCatalogue, Readiness, readSettings, Settings } from '#libs/platform';
import { PortsModule } from '../../../../api/src/ports.module.js';
import { codec } from '../../../../api/src/registers.js';
import { CaseStore } from './case-store.js';
import { applicationAccepted, applicationSubmitted, before, householdId, householdRegistered } from './visit.js';

/** The machine's clock, written out once for each millisecond that is asked for. */
const clock = { at: NaN, text: '' };
const now = () => {
  const at = Date.now();
  if (at !== clock.at) Object.assign(clock, { at, text: new Date(at).toISOString() });
  return clock.text;
};

/** The areas of the example, as their table gives them. */
const areaRows = ['430000', '430200', '430225', '430225100', '430225100201'].map((code, depth, codes) => [
  ...[code, codes[depth - 1] ?? null, ['province', 'city', 'county', 'township', 'village'][depth], code, code],
  ...['Asia/Shanghai', 'CNY', '1949-10-01', null, null, 'own'],
]);

/** Answers what is asked of the database at start and now and then: which areas there are, whether they changed, the key of the index. */
const noDatabase = {
  query: async (asked: string | { readonly text: string }, [kek_id, wrapped]: readonly unknown[] = []) => {
    if (typeof asked !== 'string') return { rows: areaRows };
    if (asked.includes('area_revision')) return { rows: [{ revision: '1', pack: chinaDivisions.digest }] };
    if (asked.includes('keys.index_key')) return { rows: wrapped ? [{ kek_id, wrapped }] : [] };
    return { rows: areaRows };
  },
};

/** Idempotency keys in memory: the same promises while the process lives. */
class MemoryKeys {
  private readonly known = new Map<string, { digest: Buffer; answer?: unknown }>();

  async claim(commandId: string, body: unknown) {
    const digest = createHash('sha256').update(JSON.stringify(body)).digest();
    const found = this.known.get(commandId);
    if (!found) {
      this.known.set(commandId, { digest });
      return { kind: 'mine', held: { commandId, digest, lease: '' } };
    }
    if (!found.digest.equals(digest)) return { kind: 'other-content' };
    return found.answer === undefined ? { kind: 'running' } : { kind: 'done', answer: found.answer };
  }

  async finish({ commandId }: { commandId: string }, answer: unknown): Promise<void> {
    const found = this.known.get(commandId);
    if (found) found.answer = answer;
  }

  async free({ commandId }: { commandId: string }): Promise<void> {
    this.known.delete(commandId);
  }

  async leaveUnknown(): Promise<void> {}
}

/** One key for everybody: what is personal is sealed and opened as ever, but no keys are looked up. */
const key = { id: randomUUID(), key: createSecretKey(randomBytes(32)) };
const oneKey: Pick<SubjectKeys, 'forSealing' | 'forOpening'> = {
  forSealing: async () => () => key,
  forOpening: async () => new Map([[key.id, key.key]]),
};

/** The household of all cases, and each case as far as it was accepted. */
function openStore(): EventStore {
  const written = (event: Message) => codec.encode(event, randomUUID(), before);
  const household = [written(householdRegistered)];
  const accepted = [written(applicationSubmitted), written(applicationAccepted)];
  return new CaseStore((stream) => {
    if (stream === `household-${householdId}`) return household;
    return stream.startsWith('case-') ? accepted : [];
  }, now);
}

/** What the libs need of the platform and the kernel, without a database. */
@Global()
@Module({
  providers: [
    { provide: Settings, useFactory: () => readSettings(process.env) },
    { provide: Pool, useValue: noDatabase },
    { provide: DataSource, useValue: {} },
    ProblemCatalogue,
    { provide: IdempotencyKeys, useClass: MemoryKeys },
    Metrics,
    Readiness,
    { provide: EventCodec, useValue: codec },
    { provide: EventStore, useFactory: openStore },
    { provide: Clock, useValue: { now: async () => now() } },
    { provide: RunningNumbers, useValue: { next: async () => 1 } },
    {
      provide: AggregateStore,
      useFactory: (events: EventStore) => new AggregateStore(events, codec, new PersonalData(oneKey as SubjectKeys)),
      inject: [EventStore],
    },
    { provide: Positions, useValue: {} },
  ],
  exports: [
    Settings,
    Pool,
    DataSource,
    ProblemCatalogue,
    IdempotencyKeys,
    Metrics,
    Readiness,
    EventCodec,
    EventStore,
    Clock,
    RunningNumbers,
    AggregateStore,
    Positions,
  ],
})
class WithoutDatabase {}

/** The HTTP path of cases with the log and the keys in memory. */
@Module({ imports: [WithoutDatabase, CqrsModule.forRoot(), AreasModule, AccessModule, CasesModule, PortsModule] })
export class MemoryService {}
