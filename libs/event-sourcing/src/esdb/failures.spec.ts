import { describe, expect, it } from '@jest/globals';
import { failureOf, NoAnswer } from './failures.js';

const said = (type: string | undefined, code: number | undefined, message = '') =>
  Object.assign(new Error(message), { ...(type !== undefined && { type }), ...(code !== undefined && { code }) });

describe('what an error of the client says', () => {
  it.each([
    ['wrong-expected-version', undefined, 'conflict'],
    ['stream-deleted', 9, 'closed'],
    ['stream-deleted', undefined, 'closed'],
    ['maximum-append-size-exceeded', 3, 'too-large'],
    ['maximum-append-size-exceeded', undefined, 'too-large'],
    ['stream-not-found', undefined, 'no-stream'],
    ['access-denied', 16, 'refused'],
    ['unknown', 7, 'refused'],
    ['unknown', 3, 'refused'],
  ] as const)('is final: %s, code %s, is %s', (type, code, kind) => {
    expect(failureOf(said(type, code))).toEqual({ kind, maybeStored: false, freshClient: false });
  });

  it.each([
    ['no leader', said('not-leader', 5, 'Leader info available'), false, false],
    ['not ready', said('unavailable', 14, '14 UNAVAILABLE: Server Is Not Ready'), false, false],
    [
      'nobody there',
      said(undefined, 14, '14 UNAVAILABLE: No connection established. Last error: ECONNREFUSED'),
      false,
      false,
    ],
    ['broken off', said(undefined, 14, '14 UNAVAILABLE: Connection dropped'), true, false],
    ['cancelled', said('cancelled', 1, 'Request canceled by server'), true, false],
    ['not found in time', said(undefined, undefined, 'Failed to discover after 3 attempts.'), false, true],
    ['late', said('deadline-exceeded', 4), true, true],
    ['late by the own timer', new NoAnswer('no answer'), true, true],
    ['not committed in time', said('timeout', 10, 'Commit phase timeout'), true, true],
    ['ended', said('unknown', 13, 'Received RST_STREAM'), true, true],
    ['nothing known', new TypeError('undefined is not iterable'), true, true],
  ])('may be mended by another try: %s', (_, error, maybeStored, freshClient) => {
    expect(failureOf(error)).toEqual({ kind: 'again', maybeStored, freshClient });
  });

  it('tells a message that is too large from a server that has too much to do', () => {
    expect(failureOf(said('unknown', 8, 'Received message larger than max (20971520 vs. 17825792)')).kind).toBe(
      'too-large',
    );
    expect(failureOf(said('unknown', 8, 'Too many requests')).kind).toBe('again');
  });
});
