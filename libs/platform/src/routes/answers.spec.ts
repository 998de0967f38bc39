import { describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { Answers } from './answers.js';

const replyThat = (send: (body: unknown) => void) => ({ send }) as unknown as FastifyReply;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the answers of one turn', () => {
  it('leave together, in the order in which they were ready, before the next turn', async () => {
    const sent: unknown[] = [];
    const answers = new Answers(() => undefined);
    const reply = replyThat((body) => sent.push(body));
    answers.add(reply, 1);
    await Promise.resolve();
    answers.add(reply, 2);
    expect(sent).toEqual([]);
    await turn();
    expect(sent).toEqual([1, 2]);
    answers.add(reply, 3);
    await turn();
    expect(sent).toEqual([1, 2, 3]);
  });

  it('do not hold each other up where one cannot be sent', async () => {
    const told: unknown[] = [];
    const sent: unknown[] = [];
    const answers = new Answers((error, reply) => told.push(error, reply));
    const failure = new Error('no JSON');
    const failing = replyThat(() => {
      throw failure;
    });
    answers.add(failing, 1);
    answers.add(
      replyThat((body) => sent.push(body)),
      2,
    );
    await turn();
    expect(told).toEqual([failure, failing]);
    expect(sent).toEqual([2]);
  });
});
