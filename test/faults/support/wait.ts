import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition. @throws Error that says what did not come */
export async function eventually(
  what: string,
  ms: number,
  condition: () => boolean | Promise<boolean>,
  everyMs = 20,
): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`);
    await sleep(everyMs);
  }
}
