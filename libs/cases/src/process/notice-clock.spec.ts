import { describe, expect, it } from '@jest/globals';
import type { CommandBus } from '@nestjs/cqrs';
import { NotFound, refuse, RefusedCommand } from '#libs/event-sourcing';
import { NoticeClock } from './notice-clock.js';

const clockOver = (error: Error) =>
  new NoticeClock({ execute: () => Promise.reject(error) } as unknown as CommandBus).due({ caseId: 'case' }, 'command');

describe('the end of a notice', () => {
  it('is settled where the case has gone on', () =>
    expect(clockOver(new RefusedCommand(refuse('STEP_NOT_DUE')))).resolves.toBeUndefined());

  it.each([new NotFound('case'), new RefusedCommand(refuse('NOTICE_STILL_RUNNING'))])(
    'is tried again after any other failure: %s',
    (error) => expect(clockOver(error)).rejects.toBe(error),
  );
});
