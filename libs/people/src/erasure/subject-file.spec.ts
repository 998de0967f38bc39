import { beforeEach, describe, expect, it } from '@jest/globals';
import { EventCodec, MemoryEventStore, NotFound, uuidV5, type Message } from '#libs/event-sourcing';
import { householdEventTypes } from '../domain/household.events.js';
import { personEventTypes } from '../domain/person.events.js';
import { SubjectFiles } from './subject-file.js';

const codec = new EventCodec(personEventTypes, householdEventTypes);
const namespace = '0b6f3d0e-2f5b-4d26-8a76-6c1a4d1a9e11';
const township = { area: '430225100', areaPath: '430000.430225.430225100' };
const neighbour = { area: '430225101', areaPath: '430000.430225.430225101' };
const known = (factId: string, happenedOn: string) => ({ factId, happenedOn, knownOn: happenedOn, source: 'declared' });
const member = (personId: string) => ({ personId, relation: 'other', counts: true, factId: `fact of ${personId}` });

let store: MemoryEventStore;
let files: SubjectFiles;
const recorded = (stream: string, ...events: readonly Message[]) =>
  store.append(
    stream,
    'no_stream',
    events.map((event, index) => codec.encode(event, uuidV5(`${stream} ${index}`, namespace), {})),
  );

beforeEach(() => {
  store = new MemoryEventStore(() => '2025-09-01T01:00:00.000Z');
  files = new SubjectFiles(store, codec);
});

describe('the file of a household', () => {
  const registered = {
    type: 'HouseholdRegistered',
    data: { ...known('registration', '2020-01-01'), ...township, members: [member('a'), member('b')] },
  };
  const moved = { type: 'HouseholdMoved', data: { ...known('move', '2021-01-01'), ...neighbour } };

  it('knows everyone who ever was a member', async () => {
    const joined = { type: 'MemberJoined', data: { ...known('joined', '2020-02-01'), ...member('c') } };
    const left = { type: 'MemberLeft', data: { ...known('left', '2020-03-01'), personId: 'a' } };
    await recorded('household-1', registered, joined, left);
    expect((await files.get('household-1')).members).toEqual(['a', 'b', 'c']);
  });

  it('is kept where the household lives now', async () => {
    await recorded('household-1', registered, moved);
    expect(await files.get('household-1')).toMatchObject(neighbour);
  });

  it('comes back where a move was recorded by mistake', async () => {
    const withdrawn = { type: 'HouseholdFactWithdrawn', data: { factId: 'move' } };
    await recorded('household-1', registered, moved, withdrawn);
    expect(await files.get('household-1')).toMatchObject(township);
  });

  it('stays where it is when members form a household elsewhere', async () => {
    const data = { ...known('split', '2021-01-01'), into: '2', ...neighbour, members: [member('b')] };
    await recorded('household-1', registered, { type: 'HouseholdSplit', data });
    expect(await files.get('household-1')).toMatchObject(township);
  });
});

describe('the file of a person', () => {
  const registered = (happenedOn = '2020-01-01') => ({
    type: 'PersonRegistered',
    data: { ...known('registration', happenedOn), ...township, identityHash: 'h1' },
  });

  it('knows the death, unless it was withdrawn', async () => {
    const died = { type: 'DeathRecorded', data: known('death', '2025-08-01') };
    await recorded('person-1', registered(), died);
    await recorded('person-2', registered(), died, { type: 'FactWithdrawn', data: { factId: 'death' } });
    expect((await files.get('person-1')).diedOn).toBe('2025-08-01');
    expect((await files.get('person-2')).diedOn).toBeUndefined();
  });

  it('is kept where the person lives, not where it is recorded last that they had lived', async () => {
    const late = { type: 'ResidenceRecorded', data: { ...known('late', '2019-01-01'), ...neighbour } };
    await recorded('person-1', registered('2021-01-01'), late);
    expect(await files.get('person-1')).toMatchObject(township);
  });

  it('is not found where there is none', () => expect(files.get('person-9')).rejects.toThrow(NotFound));
});
