import { projection, readTable, valueOr, type Rows, type Personal } from '#libs/event-sourcing';
import { withFact, withoutFact, type Fact, type Provenance } from '../domain/facts.js';
import type { PersonEvent } from '../domain/person.events.js';
import type { Identity } from '../domain/person.facts.js';
import type { SubjectKeyDestroyed } from '../erasure/erasure.events.js';
import {
  PersonSearchHouseholdRow,
  PersonSearchKeyRow,
  PersonSearchRow,
  type FoundFacts,
  type FoundIdentity,
} from './person-search.rows.js';
import { keysOf } from './search-keys.js';

/** What of other streams a search follows. */
type FollowedEvent =
  | {
      readonly type: 'HouseholdRegistered';
      readonly data: Provenance & {
        readonly number: string;
        readonly area: string;
        readonly areaPath: string;
        readonly members: readonly { readonly personId: string; readonly factId: string }[];
      };
    }
  | { readonly type: 'MemberJoined'; readonly data: Provenance & { readonly personId: string } }
  | { readonly type: 'MemberLeft'; readonly data: Provenance & { readonly personId: string } }
  | {
      readonly type: 'HouseholdSplit' | 'HouseholdMerged';
      readonly data: Provenance & { readonly members: readonly { readonly personId: string }[] };
    }
  | { readonly type: 'HouseholdFactWithdrawn'; readonly data: { readonly factId: string } }
  | {
      readonly type: 'ApplicationSubmitted';
      readonly data: { readonly number: string; readonly householdId: string; readonly personId?: string };
    }
  | SubjectKeyDestroyed;

interface SearchRows {
  readonly person: Rows<PersonSearchRow>;
  readonly key: Rows<PersonSearchKeyRow>;
  readonly household: Rows<PersonSearchHouseholdRow>;
}

const idOf = (streamId: string): string => streamId.slice(streamId.indexOf('-') + 1);

/** Everything of a row that follows from facts. */
interface Grounds {
  readonly facts: FoundFacts;
  readonly ownCases: readonly string[];
}
interface Numbers {
  readonly number: string | null;
  readonly cases: readonly string[];
}

const noPlace = { area: '', areaPath: '' };

/** The household that somebody belongs to: the last one joined among those not left since. */
function householdOf({ household = [] }: FoundFacts): string | null {
  const last = new Map(household.map(({ value }) => [value.id, value.member]));
  return household.findLast(({ value }) => last.get(value.id) === true)?.value.id ?? null;
}

function standing({ facts, ownCases }: Grounds, numbers: Numbers | undefined) {
  const identity = facts.identity?.at(-1)?.value ?? null;
  const phone = facts.phone?.at(-1)?.value ?? null;
  const { area, areaPath } = facts.area?.at(-1)?.value ?? noPlace;
  const { number = null, cases = [] } = numbers ?? {};
  const found = { name: identity?.name ?? null, otherName: identity?.otherName ?? null, phone };
  const caseNumbers = [...ownCases, ...cases];
  return {
    ...found,
    areaCode: area,
    areaPath,
    birthYear: identity?.birthYear ?? null,
    identityHash: identity?.hash ?? null,
    householdId: householdOf(facts),
    householdNumber: number,
    caseNumbers,
    diedOn: facts.death?.at(-1)?.happenedOn ?? null,
    ownCases,
    facts,
    keys: keysOf({ ...found, numbers: [...(number === null ? [] : [number]), ...caseNumbers] }),
  };
}

/** Writes a person anew from changed grounds, and the keys that are more, fewer or elsewhere. */
function write(rows: SearchRows, id: string, change: (row: Grounds) => Partial<Grounds>): void {
  rows.person.find(id, (row) => {
    const before = row ?? { facts: {}, ownCases: [] };
    const changed: Grounds = { facts: before.facts, ownCases: before.ownCases, ...change(before) };
    // A command that was under way when the keys went may be open to a reader who has not heard of it.
    const grounds = row?.erased === true ? { ...changed, facts: erasedFacts(changed.facts) } : changed;
    const household = householdOf(grounds.facts);
    const save = (numbers: Numbers | undefined) => {
      const after = standing(grounds, numbers);
      if (row === undefined) rows.person.add({ id, ...after, mergedInto: null, erased: false });
      else rows.person.change(id, after);
      const { keys, areaPath } = after;
      for (const key of keys) {
        if (!row?.keys.includes(key)) rows.key.add({ personId: id, key, areaPath });
        else if (row.areaPath !== areaPath) rows.key.change([id, key], { areaPath });
      }
      for (const key of row?.keys ?? []) if (!keys.includes(key)) rows.key.remove([id, key]);
    };
    if (household === null) save(undefined);
    else rows.household.find(household, save);
  });
}

/** A topic with one fact more. */
function put<Topic extends keyof FoundFacts>(
  facts: FoundFacts,
  topic: Topic,
  { factId, happenedOn, corrects }: Pick<Provenance, 'factId' | 'happenedOn' | 'corrects'>,
  value: NonNullable<FoundFacts[Topic]>[number]['value'],
): FoundFacts {
  // A timeline of the domain holds more of each fact; what places it is the same.
  const fact = { factId, happenedOn, ...(corrects !== undefined && { corrects }), value } as Fact<unknown>;
  return { ...facts, [topic]: withFact((facts[topic] ?? []) as readonly Fact<unknown>[], fact) };
}

const without = (facts: FoundFacts, factId: string): FoundFacts =>
  Object.fromEntries(
    Object.entries(facts).map(([topic, timeline]) => [
      topic,
      withoutFact(timeline as readonly Fact<unknown>[], factId),
    ]),
  );

function foundIdentity(identity: Personal<Identity>, hash: string | undefined): FoundIdentity | null {
  const known = valueOr(identity, null);
  if (known === null) return null;
  const { name, otherName, birthDate } = known;
  return {
    name,
    ...(otherName !== undefined && { otherName }),
    ...(birthDate !== undefined && { birthYear: Number(birthDate.slice(0, 4)) }),
    ...(hash !== undefined && { hash }),
  };
}

/** The facts when what is personal in them is gone; that they were recorded stays. */
const erasedFacts = (facts: FoundFacts): FoundFacts => ({
  ...facts,
  ...(facts.identity && { identity: facts.identity.map((fact) => ({ ...fact, value: null })) }),
  ...(facts.phone && { phone: facts.phone.map((fact) => ({ ...fact, value: null })) }),
});

/** Notes a coming or going with the household and with the person. One fact can be of several persons who go together. */
function move(rows: SearchRows, household: string, personId: string, fact: Provenance, member: boolean): void {
  rows.household.find(household, (row) => {
    const facts = { ...row?.facts, [`${fact.factId} ${personId}`]: personId };
    if (row === undefined) rows.household.add({ id: household, number: null, cases: [], facts });
    else rows.household.change(household, { facts });
  });
  write(rows, personId, ({ facts }) => ({ facts: put(facts, 'household', fact, { id: household, member }) }));
}

function leaveTogether(
  {
    streamId,
    data,
  }: {
    readonly streamId: string;
    readonly data: Extract<FollowedEvent, { type: 'HouseholdSplit' | 'HouseholdMerged' }>['data'];
  },
  rows: SearchRows,
): void {
  for (const { personId } of data.members) move(rows, idOf(streamId), personId, data, false);
}

/** Whom of an area is somebody looking for? */
export const personSearch = projection<
  PersonEvent | FollowedEvent,
  { person: PersonSearchRow; key: PersonSearchKeyRow; household: PersonSearchHouseholdRow }
>({
  name: 'person-search',
  version: 1,
  personal: true,
  acrossStreams: true,
  tables: {
    // The second is for going through all persons of an area.
    person: readTable(PersonSearchRow, { indexes: ['(identity_hash)', '(area_path collate "C", id)'] }),
    key: readTable(PersonSearchKeyRow, {
      // One look at one piece of one of these orders for each thing that a text may mean, whatever the area.
      indexes: [
        '(key collate "C", person_id)',
        `(split_part(area_path, '.', 3), key collate "C", person_id)`,
        `(split_part(area_path, '.', 4), key collate "C", person_id)`,
      ],
    }),
    household: readTable(PersonSearchHouseholdRow),
  },
  on: {
    PersonRegistered: ({ streamId, data }, rows) =>
      write(rows, idOf(streamId), ({ facts }) => {
        const { area, areaPath, identity, identityHash } = data;
        const placed = put(facts, 'area', data, { area, areaPath });
        return { facts: put(placed, 'identity', data, foundIdentity(identity, identityHash)) };
      }),
    IdentityRecorded: ({ streamId, data }, rows) =>
      write(rows, idOf(streamId), ({ facts }) => ({
        facts: put(facts, 'identity', data, foundIdentity(data.identity, data.identityHash)),
      })),
    ResidenceRecorded: ({ streamId, data }, rows) =>
      write(rows, idOf(streamId), ({ facts }) => ({
        facts: put(facts, 'area', data, { area: data.area, areaPath: data.areaPath }),
      })),
    PhoneRecorded: ({ streamId, data }, rows) =>
      write(rows, idOf(streamId), ({ facts }) => ({ facts: put(facts, 'phone', data, valueOr(data.phone, null)) })),
    DeathRecorded: ({ streamId, data }, rows) =>
      write(rows, idOf(streamId), ({ facts }) => ({ facts: put(facts, 'death', data, true) })),
    FactWithdrawn: ({ streamId, data }, rows) =>
      write(rows, idOf(streamId), ({ facts }) => ({ facts: without(facts, data.factId) })),
    PersonMerged: ({ streamId, data }, { person }) => person.change(idOf(streamId), { mergedInto: data.into }),
    PersonMergeUndone: ({ streamId }, { person }) => person.change(idOf(streamId), { mergedInto: null }),
    HouseholdRegistered({ streamId, data }, rows) {
      const id = idOf(streamId);
      const { number, members } = data;
      const facts = Object.fromEntries(members.map(({ factId, personId }) => [factId, personId]));
      rows.household.find(id, (row) => {
        if (row === undefined) rows.household.add({ id, number, cases: [], facts });
        else rows.household.change(id, { number, facts: { ...row.facts, ...facts } });
      });
      for (const { personId, factId } of members)
        write(rows, personId, (row) => ({
          facts: put(row.facts, 'household', { factId, happenedOn: data.happenedOn }, { id, member: true }),
        }));
    },
    MemberJoined: ({ streamId, data }, rows) => move(rows, idOf(streamId), data.personId, data, true),
    MemberLeft: ({ streamId, data }, rows) => move(rows, idOf(streamId), data.personId, data, false),
    HouseholdSplit: leaveTogether,
    HouseholdMerged: leaveTogether,
    HouseholdFactWithdrawn: ({ streamId, data: { factId } }, rows) =>
      rows.household.find(idOf(streamId), (row) => {
        for (const [fact, personId] of Object.entries(row?.facts ?? {}))
          if (fact.startsWith(factId)) write(rows, personId, ({ facts }) => ({ facts: without(facts, factId) }));
      }),
    ApplicationSubmitted({ data: { number, householdId, personId } }, rows) {
      if (personId !== undefined) {
        write(rows, personId, ({ ownCases }) => ({ ownCases: [...ownCases, number] }));
        return;
      }
      rows.household.find(householdId, (row) => {
        if (row === undefined) return;
        rows.household.change(householdId, { cases: [...row.cases, number] });
        for (const member of new Set(Object.values(row.facts))) write(rows, member, () => ({}));
      });
    },
    SubjectKeyDestroyed({ data: { subject, retentions } }, rows) {
      if (!subject.startsWith('person-') || !retentions.includes('management-file')) return;
      const id = idOf(subject);
      write(rows, id, ({ facts }) => ({ facts: erasedFacts(facts) }));
      rows.person.change(id, { erased: true });
    },
  },
});
