import { Session, type Profiler } from 'node:inspector/promises';

/** What code belongs to which part of the work, by the address of its file; the first that fits counts. */
export type Parts = readonly (readonly [part: string, file: RegExp])[];

/**
 * How the processor time of this process is spread over parts of the work while it is done, by samples: each counts for the
 * innermost function that is of a part, so that what a library does counts for its caller. Idle time is left out.
 * @returns shares from 0 to 1, among them `collecting garbage` and `other`
 */
export async function processorShares(parts: Parts, work: () => Promise<void>): Promise<ReadonlyMap<string, number>> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 1_000 });
    await session.post('Profiler.start');
    await work();
    const { profile } = await session.post('Profiler.stop');
    return sharesOf(profile, parts);
  } finally {
    session.disconnect();
  }
}

function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, parts: Parts): Map<string, number> {
  const partOf = new Map<number, string>();
  const ids = new Map(nodes.map((node) => [node.id, node]));
  const fill = (id: number, above: string): void => {
    const { callFrame, children = [] } = ids.get(id) as Profiler.ProfileNode;
    const part =
      callFrame.functionName === '(idle)'
        ? 'idle'
        : callFrame.functionName === '(garbage collector)'
          ? 'collecting garbage'
          : (parts.find(([, file]) => file.test(callFrame.url))?.[0] ?? above);
    partOf.set(id, part);
    for (const child of children) fill(child, part);
  };
  const [root] = nodes;
  if (root) fill(root.id, 'other');
  const times = new Map<string, number>();
  let busy = 0;
  samples.forEach((id, index) => {
    const part = partOf.get(id) ?? 'other';
    const time = Math.max(0, timeDeltas[index] ?? 0);
    if (part === 'idle') return;
    busy += time;
    times.set(part, (times.get(part) ?? 0) + time);
  });
  return new Map([...times].map(([part, time]) => [part, time / busy]));
}
