import { describe, expect, it } from '@jest/globals';
import { EventCodec, sealedDataOf } from './event-codec.js';
import type { RecordedEvent } from './event-store.js';
import { openEvents, type Sealing } from './sealing.js';

const codec = new EventCodec({
  category: 'thing',
  source: 'spec',
  en: 'A thing',
  zh: '事物',
  types: { Named: { version: 1, en: 'Named', zh: '已命名' }, Counted: { version: 1, en: 'Counted', zh: '已计数' } },
  personal: { Named: {} },
});
const recorded = (type: string, data: object): RecordedEvent => ({
  streamId: 'thing-1',
  revision: 3n,
  position: '7',
  id: 'event-3',
  type,
  schemaVersion: 1,
  data: Buffer.from(JSON.stringify(data)),
  metadata: { actor: 'a' },
  recordedAt: '2025-09-01T00:00:00.000Z',
  leafHash: new Uint8Array(),
});
const events = [codec.decode(recorded('Named', { name: 'sealed' })), codec.decode(recorded('Counted', { to: 1 }))];
const sealing = (open: Sealing['open']): Sealing => ({ seal: () => [], open });

describe('events with personal fields', () => {
  it('are opened, say all else as before, and still tell what is stored', async () => {
    const opened = await openEvents(
      events,
      codec,
      sealing(async (parts) => parts.map(() => ({ name: 'open' }))),
    );
    expect(opened.map(({ data }) => data)).toEqual([{ name: 'open' }, { to: 1 }]);
    const [named] = opened;
    expect(named).toMatchObject({ type: 'Named', streamId: 'thing-1', revision: 3n, position: '7', id: 'event-3' });
    expect(named?.metadata).toEqual({ actor: 'a' });
    expect(opened.map(sealedDataOf)).toEqual([{ name: 'sealed' }, { to: 1 }]);
  });

  it('are handed on at once, and as they are, where nothing is sealed', () => {
    const opened = openEvents(
      events,
      codec,
      sealing((parts) => parts.map(({ data }) => data)),
    );
    expect(opened).not.toBeInstanceOf(Promise);
    expect((opened as typeof events)[0]).toBe(events[0]);
  });
});
