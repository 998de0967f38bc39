import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an acknowledgement says. */
export interface Acknowledged {
  readonly id?: string;
  readonly revision: string;
  readonly position: string;
}

/** What a client asked for: a command over HTTP, or an append of events with ids of its own. */
export type Asked =
  | { readonly http: { readonly subject: string; readonly method: string; readonly path: string } }
  | { readonly events: readonly string[] };

/** What clients asked for and were told, a line each, as `checker/journal.mjs` reads it. */
export class Journal {
  private static readonly made = new Set<Journal>();
  readonly dir = mkdtempSync(join(tmpdir(), 'almoner-faults-journal-'));
  readonly file = join(this.dir, 'journal.jsonl');
  private readonly told = { ok: 0, fail: 0, unknown: 0 };

  constructor() {
    Journal.made.add(this);
    appendFileSync(this.file, '');
  }

  /** How many acknowledgements, refusals and missing answers it holds. */
  get counts(): Readonly<Record<'ok' | 'fail' | 'unknown', number>> {
    return this.told;
  }

  invoke(key: string, asked: Asked): void {
    this.write({ op: 'invoke', key, ...asked });
  }

  ok(key: string, { id, revision, position }: Acknowledged): void {
    this.told.ok += 1;
    this.write({ op: 'ok', key, id, revision, position });
  }

  fail(key: string, why: string): void {
    this.told.fail += 1;
    this.write({ op: 'fail', key, why });
  }

  unknown(key: string, why: string): void {
    this.told.unknown += 1;
    this.write({ op: 'unknown', key, why });
  }

  /** The lines, for a test that looks at them. */
  get lines(): string[] {
    return readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
  }

  /** A journal that holds what this one holds now. */
  copy(): Journal {
    const copied = new Journal();
    copyFileSync(this.file, copied.file);
    return copied;
  }

  static removeAll(): void {
    for (const journal of Journal.made) journal.remove();
  }

  remove(): void {
    Journal.made.delete(this);
    rmSync(this.dir, { recursive: true, force: true });
  }

  private write(entry: object): void {
    appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
  }
}
