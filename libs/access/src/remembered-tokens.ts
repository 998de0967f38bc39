import { hash } from 'node:crypto';

interface Remembered<T> {
  readonly value: T;
  /** Milliseconds since 1970 at which the token ends. */
  readonly until: number;
  /** Which keys checked it. */
  readonly keys: unknown;
}

/** Tokens are a kilobyte at most; this many are a few megabytes of digests and claims. */
const MOST = 10_000;

/**
 * What was found in tokens that were checked, until each one ends, the least recently used forgotten first. Checking a
 * signature costs more than the rest of a request. Tokens are kept as digests: the memory of the process holds none.
 */
export class RememberedTokens<T> {
  private readonly found = new Map<string, Remembered<T>>();

  constructor(
    private readonly now: () => number = Date.now,
    private readonly most: number = MOST,
  ) {}

  /** What was kept for the token; undefined when that is nothing, or it has ended, or other `keys` checked it. */
  find(token: string, keys?: unknown): T | undefined {
    const digest = digestOf(token);
    const known = this.found.get(digest);
    if (known === undefined) return undefined;
    this.found.delete(digest);
    if (known.until <= this.now() || known.keys !== keys) return undefined;
    this.found.set(digest, known);
    return known.value;
  }

  /** Keeps what a checked token says. */
  keep(token: string, value: T, until: number, keys?: unknown): void {
    this.found.set(digestOf(token), { value, until, keys });
    if (this.found.size <= this.most) return;
    for (const oldest of this.found.keys()) {
      this.found.delete(oldest);
      return;
    }
  }
}

const digestOf = (token: string): string => hash('sha256', token, 'base64url');
