import { appendFileSync } from 'node:fs';
import { afterAll, it } from '@jest/globals';
import { Journal } from './journal.js';
import { Load } from './load.js';
import { Random } from './random.js';

/** True for `npm run test:faults`, false for the short form within `npm test`. */
export const long = process.env['FAULTS'] === 'long';

/** The seed of this run: a given one, a new one in the long form, always the same in the short form. */
const runSeed = (): number => {
  const given = process.env['FAULTS_SEED'];
  if (given !== undefined) return Number(given);
  return long ? Number(process.hrtime.bigint() % 1_000_000_000n) : 1;
};

/** One run of a fault. */
export interface FaultRun {
  readonly seed: number;
  readonly random: Random;
  /** Shown while it runs. */
  readonly progress: (text: string) => void;
}

/** A fault and what must hold through it. */
export interface Fault {
  readonly id: string;
  readonly title: string;
  /** Why this machine cannot make the fault; undefined where it can. */
  readonly leftOut?: string | undefined;
  /** What is broken while this fault fails; the test asks to be freed of it when it fails no longer. */
  readonly knownBug?: string;
  /** Seeds with which a bug was found once: they are run first, for ever. */
  readonly seeds?: readonly number[];
  readonly timeoutMs: number;
  /** Makes the fault and checks. Gives one line on what was seen; throws where a promise is broken. */
  readonly run: (run: FaultRun) => Promise<string>;
}

/** A number of a text (FNV-1a): faults that share a seed still choose differently. */
const numberOf = (text: string): number =>
  [...text].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 0x01000193), 0x811c9dc5 | 0);

afterAll(() => Journal.removeAll());

function report(entry: object): void {
  const file = process.env['FAULTS_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

/**
 * Declares the test of a fault. One that the machine cannot make is skipped and reported as left out, never as passed; a failure names
 * the seed that repeats it.
 */
export function fault({ id, title, leftOut, seeds = [], timeoutMs, run, knownBug }: Fault): void {
  const name = `${id} ${title}`;
  if (leftOut !== undefined) {
    report({ id, title, state: 'left out', note: leftOut });
    it.skip(`${name} (left out: ${leftOut})`, () => undefined);
    return;
  }
  for (const seed of new Set([...seeds, runSeed()]))
    (knownBug === undefined ? it : it.failing)(
      `${name} (seed ${seed})`,
      async () => {
        const progress = (text: string) => void (long && process.stderr.write(`${id}: ${text}\n`));
        progress(`${title}, seed ${seed} …`);
        try {
          const note = await run({ seed, random: new Random(seed ^ numberOf(name)), progress });
          report({ id, title, state: 'passed', seed, note });
        } catch (error) {
          report({ id, title, state: 'failed', seed, note: (error as Error).message });
          throw new Error(`${id} with FAULTS_SEED=${seed}: ${(error as Error).message}`, { cause: error });
        } finally {
          await Load.abandonAll();
        }
      },
      timeoutMs,
    );
}
