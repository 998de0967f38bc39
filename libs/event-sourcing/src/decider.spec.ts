import { describe, expect, it } from '@jest/globals';
import { refuse, Refusal, type Decider } from './decider.js';
import { isRefusal, specFor } from './spec.js';

type Opened = { type: 'DoorOpened'; data: { times: number } };
type Open = { type: 'OpenDoor'; data: object };

const door: Decider<number, Open, Opened, { limit: number; quiet: boolean }> = {
  initial: 0,
  decide: (_, times, { limit, quiet }) => {
    if (quiet) return [];
    return times < limit ? [{ type: 'DoorOpened', data: { times: times + 1 } }] : refuse('DOOR_WORN', { limit });
  },
  evolve: (_, { data }) => data.times,
};
const given = specFor(door, { limit: 2, quiet: false });
const opened = (times: number): Opened => ({ type: 'DoorOpened', data: { times } });
const open: Open = { type: 'OpenDoor', data: {} };

describe('given, when, then', () => {
  it('folds the past to the state', () => expect(given(opened(1), opened(2)).state()).toBe(2));

  it('compares what is recorded, whole or in parts', () => {
    given(opened(1)).when(open).thenRecords(opened(2));
    given(opened(1)).when(open).thenRecordsLike({ type: 'DoorOpened' });
    expect(() => given().when(open).thenRecords(opened(2))).toThrow();
    expect(() =>
      given()
        .when(open)
        .thenRecordsLike({ type: 'DoorOpened', data: { times: 2 } }),
    ).toThrow();
    expect(() => given().when(open).thenRecordsLike()).toThrow();
  });

  it('compares a refusal by its code', () => {
    given(opened(2)).when(open).thenRefuses('DOOR_WORN');
    expect(() => given(opened(2)).when(open).thenRefuses('DOOR_LOCKED')).toThrow();
    expect(() => given().when(open).thenRefuses('DOOR_WORN')).toThrow();
  });

  it('tells quiet from refused', () => {
    given().when(open, { quiet: true }).thenNothing();
    expect(() => given(opened(2)).when(open).thenNothing()).toThrow();
  });

  it('changes a circumstance for one command', () => given(opened(2)).when(open, { limit: 3 }).thenRecords(opened(3)));
});

describe('a refusal', () => {
  it('is a value with the figures that explain it', () => {
    const outcome = given(opened(2)).when(open).outcome();
    expect(isRefusal(outcome)).toBe(true);
    expect(outcome).toEqual(new Refusal('DOOR_WORN', { limit: 2 }));
    expect(refuse('DOOR_LOCKED').details).toEqual({});
  });
});
