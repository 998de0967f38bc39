import { createSecretKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { AreaTree } from '#libs/areas';
import {
  AggregateStore,
  EventCodec,
  MemoryEventStore,
  personal,
  type Decider,
  type Message,
  type Positions,
} from '#libs/event-sourcing';
import {
  householdEventTypes,
  Households,
  PersonalData,
  personEventTypes,
  Persons,
  type DataKey,
  type HouseholdEvent,
  type KeySlot,
  type PersonEvent,
  type SubjectKeys,
} from '#libs/people';
import { getScheme, packFor, type Assessment, type Disability, type SchemeId } from '#libs/schemes';
import { CaseFacts } from './case-facts.js';
import { Cases } from './cases.js';
import { caseEventTypes, type CaseEvent } from './domain/case.events.js';
import type { AwardReader } from './projections/award.js';
import { Recomputation } from './recomputation.js';

const path = ['430000', '430200', '430225', '430225100', '430225100201'];
const village = { area: '430225100201', areaPath: path.join('.'), residence: 'rural' } as const;
const fact = (factId: string, happenedOn = '2025-08-01') =>
  ({ factId, happenedOn, knownOn: '2025-08-01', source: 'declared' }) as const;

/** Keys in memory: one for each subject. */
class MemoryKeys {
  private readonly keys = new Map<string, { readonly id: string; key: KeyObject | 'destroyed' }>();

  destroy(subject: string): void {
    const found = this.keys.get(subject);
    if (found) found.key = 'destroyed';
  }

  async forSealing(_: readonly KeySlot[]): Promise<(slot: KeySlot) => DataKey> {
    return ({ subject }) => {
      const found = this.keys.get(subject) ?? { id: randomUUID(), key: createSecretKey(randomBytes(32)) };
      this.keys.set(subject, found);
      return found as DataKey;
    };
  }

  async forOpening(): Promise<ReadonlyMap<string, KeyObject | 'destroyed'>> {
    return new Map([...this.keys.values()].map(({ id, key }) => [id, key]));
  }
}

/** Records whatever it is told. */
const recorder: Decider<null, Message<'Record', readonly Message[]>, Message, object> = {
  initial: null,
  decide: ({ data }) => data,
  evolve: (state) => state,
};

let keys: MemoryKeys;
let record: (stream: string, ...events: (PersonEvent | HouseholdEvent | CaseEvent)[]) => Promise<unknown>;
let facts: CaseFacts;
let cases: Cases;
let recomputation: Recomputation;
let dibaoAskedUpTo: (string | undefined)[];

beforeEach(async () => {
  Logger.overrideLogger(false);
  keys = new MemoryKeys();
  dibaoAskedUpTo = [];
  const store = new MemoryEventStore(() => '2025-09-01T01:00:00.000Z');
  const codec = new EventCodec(personEventTypes, householdEventTypes, caseEventTypes);
  const aggregates = new AggregateStore(store, codec, new PersonalData(keys as unknown as SubjectKeys));
  const areas = { isWithin: () => true, lineageOf: () => path } as unknown as AreaTree;
  const begun = new Set<string>();
  record = (stream, ...events) => {
    const commandId = randomUUID();
    const ids = { commandId, correlationId: commandId, causationId: commandId };
    const seen = begun.has(stream) ? undefined : 'no_stream';
    begun.add(stream);
    return aggregates.execute(recorder, {
      id: stream,
      stream,
      command: { type: 'Record', data: events },
      context: {},
      seen,
      meta: { ...ids, actor: 'officer', role: 'township-officer', area: '430225' },
    });
  };
  const awards = {
    firstDibaoMonth: async (_household: string, _month: string, upTo?: string) => {
      dibaoAskedUpTo.push(upTo);
      return '2025-07';
    },
    paidElsewhere: async () => undefined,
  } as unknown as AwardReader;
  const positions = { reached: async () => true } as unknown as Positions;
  facts = new CaseFacts(new Households(aggregates, areas), new Persons(aggregates, areas), awards, store, positions);
  cases = new Cases(aggregates, areas);
  recomputation = new Recomputation(facts, areas, store, codec);

  await record('person-1', {
    type: 'PersonRegistered',
    data: {
      ...fact('born'),
      ...village,
      identity: personal({ name: '示例甲', document: { kind: 'none' }, birthDate }),
    },
  });
  await record('person-1', disabilityCard('card', { category: 'visual', level: 1 }));
  await record('household-1', {
    type: 'HouseholdRegistered',
    data: {
      ...fact('registered'),
      ...village,
      number: '430225-2025-000001',
      members: [{ personId: '1', factId: 'member', relation: 'applicant', counts: true }],
    },
  });
  await record('household-1', income('income', 120_000));
});

const birthDate = '1971-03-05';
const disabilityCard = (factId: string, card: Disability | null): PersonEvent => ({
  type: 'DisabilityCardRecorded',
  data: { ...fact(factId), card: personal(card) },
});
const income = (factId: string, amount: number): HouseholdEvent => ({
  type: 'IncomeDeclared',
  data: { ...fact(factId), parts: personal([{ kind: 'wages', amount, months: 12 }]) },
});

const subject = { caseId: '1', householdId: '1', personId: '1', appliedOn: '2025-09-01' };
const today = '2025-09-18';

/** A case with one decision by the facts as they are, or with something of it told differently. */
async function decided(scheme: SchemeId, differently: (assessment: Assessment) => Partial<Assessment> = () => ({})) {
  const { loaded, ...found } = await facts.lookUp({ ...subject, scheme }, '430225', today, true);
  const pack = packFor(path, scheme, today);
  if (!pack) throw new Error('no parameters');
  const assessment = getScheme(scheme).assess(found.facts, pack);
  await record('case-1', {
    type: 'ApplicationSubmitted',
    data: { ...village, ...subject, scheme, number: '430225-2025-000002', happenedOn: today, knownOn: today },
  });
  await record('case-1', {
    type: 'CaseConfirmed',
    data: {
      by: 'county-reviewer',
      decidedOn: today,
      assessment: { ...assessment, ...differently(assessment) },
      household: { streamId: loaded.streamId, revision: loaded.revision },
      monthlyAmount: assessment.monthlyAmount,
      fromMonth: '2025-10',
    },
  });
  return assessment;
}

const recomputed = async () => recomputation.of(await cases.get('1', '430225'));

describe('a decision that is made once more', () => {
  it.each(['dibao', 'disability-living'] as const)(
    'comes to the same, whatever was recorded later: %s',
    async (scheme) => {
      const { monthlyAmount } = await decided(scheme);
      await record('household-1', income('more', 900_000));
      await record('person-1', disabilityCard('handed-back', null));
      expect(await recomputed()).toMatchObject([{ result: 'same', recomputed: { monthlyAmount }, erased: [] }]);
    },
  );

  it('checks each citation against the envelope in the log', async () => {
    await decided('disability-living');
    const [decision] = await recomputed();
    expect(decision?.citations).toMatchObject([{ streamId: 'person-1', revision: '1', check: 'as-cited' }]);
  });

  it('takes the awards that had been decided by then', async () => {
    await decided('disability-living');
    const [decision] = await recomputed();
    expect(decision).toMatchObject({ result: 'same', recorded: { eligible: true } });
    expect(dibaoAskedUpTo).toEqual([undefined, decision?.event.position]);
  });

  it('differs where the figures do not follow from the facts', async () => {
    const { monthlyAmount } = await decided('dibao', () => ({ monthlyAmount: 99_900 }));
    expect(await recomputed()).toMatchObject([
      { result: 'differs', recorded: { monthlyAmount: 99_900 }, recomputed: { monthlyAmount } },
    ]);
  });

  it('tells parameters that are not those of the day', async () => {
    await decided('dibao', ({ pack }) => ({ pack: { ...pack, version: 'another' } }));
    expect(await recomputed()).toMatchObject([{ result: 'pack-changed', recorded: { pack: { version: 'another' } } }]);
  });

  it('cannot be compared when a cited fact is erased, and says which', async () => {
    await decided('disability-living');
    keys.destroy('person-1');
    const [decision] = await recomputed();
    expect(decision?.result).toBe('erased');
    expect(decision?.recomputed).toBeUndefined();
    expect(decision?.erased).toContainEqual({ streamId: 'person-1', revision: '1', fact: 'disability' });
    expect(decision?.citations).toMatchObject([{ check: 'as-cited' }]);
  });

  it('cannot be compared when the income is erased', async () => {
    await decided('dibao');
    keys.destroy('household-1');
    const [decision] = await recomputed();
    expect(decision?.result).toBe('erased');
    expect(decision?.erased).toEqual([{ streamId: 'household-1', revision: '1', fact: 'income' }]);
  });

  it('is still compared when what is erased is the income and the scheme does not ask for it', async () => {
    await decided('disability-living');
    keys.destroy('household-1');
    expect(await recomputed()).toMatchObject([{ result: 'same', erased: [{ fact: 'income' }] }]);
  });

  it('raises the alarm where a citation is not what stands in the log, erased or not', async () => {
    await decided('disability-living', ({ citations }) => ({
      citations: citations.map((cited) => ({ ...cited, digest: '0'.repeat(64) })),
    }));
    keys.destroy('person-1');
    const [decision] = await recomputed();
    expect(decision?.result).toBe('digest-differs');
    expect(decision?.citations).toMatchObject([{ revision: '1', check: 'digest-differs' }]);
  });
});

describe('the facts of a decision', () => {
  const wages = (personId: string, amount: number) => ({ kind: 'wages', amount, months: 12, personId }) as const;
  const apart = (personId: string, notCounted: 'in-prison' | 'single-filing'): HouseholdEvent => ({
    type: 'MemberJoined',
    data: { ...fact(`joined-${personId}`), personId, relation: 'parent', counts: false, notCounted },
  });
  const declared: HouseholdEvent = {
    type: 'IncomeDeclared',
    data: { ...fact('own'), parts: personal([wages('1', 1_200), wages('2', 24_000), wages('3', 36_000)]) },
  };
  const found = async () => (await facts.lookUp({ ...subject, scheme: 'dibao' }, '430225', today, true)).facts;
  const amounts = (parts: readonly { readonly amount: number }[] = []) => parts.map(({ amount }) => amount);

  it('hold the income of those who count, of nobody in prison or gone', async () => {
    await record('household-1', apart('2', 'in-prison'), declared);
    const { income: counted, family } = await found();
    expect([amounts(counted), family]).toEqual([[1_200], undefined]);
  });

  it('hold what the family has beside what the one has who files alone', async () => {
    const filing: HouseholdEvent = {
      type: 'SingleFilingRecorded',
      data: { ...fact('filing'), personId: '1', ground: 'severe-disability' },
    };
    await record('household-1', apart('2', 'single-filing'), apart('3', 'single-filing'), filing, declared);
    const { members, income: counted, family } = await found();
    expect([members.length, amounts(counted)]).toEqual([1, [1_200]]);
    expect([family?.members, amounts(family?.income)]).toEqual([3, [1_200, 24_000, 36_000]]);
  });
});
