import { describe, expect, it } from '@jest/globals';
import { EventCodec } from '../event-codec.js';
import type { EventStore, Page, RecordedEvent } from '../event-store.js';
import { LogTail } from './log-tail.js';

const event = (position: number, bytes = 10): RecordedEvent => ({
  streamId: 'note-1',
  revision: BigInt(position),
  position: String(position),
  id: '',
  type: 'Noted',
  schemaVersion: 1,
  data: new Uint8Array(bytes),
  metadata: {},
  recordedAt: '',
  leafHash: new Uint8Array(),
});

/** A log that answers when it is told to, with what it holds then. */
class SlowLog {
  readonly events: RecordedEvent[] = [];
  readonly asked: (() => void)[] = [];
  readonly capabilities = new Set();
  reads = 0;

  compare = (a: string, b: string) => Math.sign(number(a) - number(b));

  readAll(after: string): Promise<Page> {
    this.reads += 1;
    return new Promise((answer) =>
      this.asked.push(() => {
        const events = this.events.filter(({ position }) => number(position) > number(after));
        answer({ events, nextPosition: events.at(-1)?.position ?? after, caughtUp: true });
      }),
    );
  }

  answer(): void {
    for (const each of this.asked.splice(0)) each();
  }
}

const number = (position: string): number => (position === 'start' ? -1 : Number(position));
const tailOf = (log: SlowLog) => new LogTail(log as unknown as EventStore, new EventCodec({ Noted: 1 }));
const positionsOf = ({ events }: Page) => events.map(({ position }) => position);

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
}

describe('the tail of the log', () => {
  it.each(Array.from({ length: 16 }, (_, count) => count))(
    'gives each event once, also to who asks %i turns after an answer came',
    async (count) => {
      const log = new SlowLog();
      const tail = tailOf(log);
      log.events.push(event(0));
      const first = tail.after('start');
      log.answer();
      await first;
      const waiting = tail.after('0');
      log.events.push(event(1));
      log.answer();
      await turns(count);
      const late = tail.after('0');
      await waiting;
      const next = tail.after('1');
      log.events.push(event(2));
      log.answer();
      await turns(20);
      log.answer();
      await Promise.all([late, next]);
      expect(positionsOf(await tail.after('start'))).toEqual(['0', '1', '2']);
    },
  );

  it('keeps only as many bytes as it may, and reads the others again', async () => {
    const log = new SlowLog();
    const tail = tailOf(log);
    log.events.push(...Array.from({ length: 100 }, (_, position) => event(position, 512 * 1024)));
    const all = tail.after('start');
    log.answer();
    expect((await all).events).toHaveLength(100);
    expect((await tail.after('90')).events).toHaveLength(9);
    expect(log.reads).toBe(1);
    const again = tail.after('10');
    expect(log.reads).toBe(2);
    log.answer();
    expect((await again).events).toHaveLength(89);
  });
});
