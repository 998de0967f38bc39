import type { FastifyReply } from 'fastify';

/**
 * Sends the answers of one turn of the event loop one after the other when the turn has read all its requests. Each answer on its
 * own would wake its client out of its sleep; of many together most find theirs awake, or write while others are awake: a
 * wake-up costs the server more than the whole of its own HTTP layer. A lone answer leaves in the turn in which it was ready.
 */
export class Answers {
  private ready: { readonly reply: FastifyReply; readonly body: unknown }[] = [];

  /** @param failed told where an answer could not be sent, such as one that is no JSON */
  constructor(private readonly failed: (error: unknown, reply: FastifyReply) => void) {}

  /** Sends the answer at the end of this turn. */
  add(reply: FastifyReply, body: unknown): void {
    if (this.ready.push({ reply, body }) === 1) setImmediate(this.flush);
  }

  private readonly flush = (): void => {
    const { ready } = this;
    this.ready = [];
    for (const { reply, body } of ready)
      try {
        reply.send(body);
      } catch (error) {
        this.failed(error, reply);
      }
  };
}
