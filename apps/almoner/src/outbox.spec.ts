import { describe, expect, it } from '@jest/globals';
import { UsageError } from './command.js';
import { parseOutboxRequest } from './outbox.js';

const id = '8d2f8f0a-43a1-4a52-9d0b-5c1de7b0a6f1';

describe('the arguments of outbox', () => {
  it.each([
    [['list'], { action: 'list', all: false, json: false }],
    [['list', '--all', '--json'], { action: 'list', all: true, json: true }],
    [['retry'], { action: 'retry', id: undefined }],
    [['retry', id], { action: 'retry', id }],
  ])('%j are understood', (args, request) => {
    expect(parseOutboxRequest(args)).toMatchObject(request);
  });

  it.each([[[]], [['send']], [['list', id]], [['retry', '--all']], [['retry', 'first']], [['retry', id, id]]])(
    '%j are refused',
    (args) => {
      expect(() => parseOutboxRequest(args)).toThrow(UsageError);
    },
  );
});
