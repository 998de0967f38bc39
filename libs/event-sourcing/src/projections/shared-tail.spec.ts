import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../event-store.js';
import { SharedScan } from './shared-tail.js';

/** Portions of one event each; counts how many were read, and whether the reading was ended. */
function source(count: number) {
  const seen = { read: 0, ended: false };
  async function* portions(): AsyncGenerator<readonly RecordedEvent[]> {
    try {
      for (let n = 0; n < count; n++) {
        seen.read += 1;
        yield [{ position: String(n) } as RecordedEvent];
      }
    } finally {
      seen.ended = true;
    }
  }
  return { seen, portions: portions() };
}

async function all(reader: AsyncGenerator<readonly RecordedEvent[]>): Promise<string[]> {
  const positions: string[] = [];
  for await (const portion of reader) positions.push(...portion.map(({ position }) => position));
  return positions;
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => String(n));

describe('one reading for several readers', () => {
  it('is read once, and heard whole by each', async () => {
    const { seen, portions } = source(40);
    const scan = new SharedScan(portions, 3);
    const heard = await Promise.all([all(scan.read()), all(scan.read()), all(scan.read())]);
    expect(heard).toEqual([upTo(40), upTo(40), upTo(40)]);
    expect(seen).toEqual({ read: 40, ended: true });
    expect(scan.isOpen).toBe(false);
  });

  it('is heard from its beginning by who comes a little later', async () => {
    const scan = new SharedScan(source(20).portions, 2);
    const first = scan.read();
    for (let n = 0; n < 5; n++) await first.next();
    expect(scan.isOpen).toBe(true);
    expect(await all(scan.read())).toEqual(upTo(20));
    expect(await all(first)).toEqual(upTo(20).slice(5));
  });

  it('never waits for a slow reader, who is told the beginning and then no more', async () => {
    const scan = new SharedScan(source(100).portions, 2);
    const slow = scan.read();
    expect((await slow.next()).value).toMatchObject([{ position: '0' }]);
    expect(await all(scan.read())).toEqual(upTo(100));
    expect(await all(slow)).toEqual([]);
  });

  it('ends with its last reader, and takes nobody in after that', async () => {
    const { seen, portions } = source(100);
    const scan = new SharedScan(portions, 2);
    const only = scan.read();
    await only.next();
    await only.return(undefined);
    expect(seen).toEqual({ read: 1, ended: true });
    expect(scan.isOpen).toBe(false);
  });
});
