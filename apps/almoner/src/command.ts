import type { Language } from './language.js';

/** Where a command reads its environment and writes its answer. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Language of everything that is printed. */
  readonly language: Language;
  /** Writes one line to the standard output. */
  readonly print: (line: string) => void;
}

/** A text in the languages of the command line. */
export type Words = Readonly<Record<Language, string>>;

/** One command of the command line. */
export interface Command {
  readonly name: string;
  /** Arguments as the help shows them, e.g. `<role> [--area <code>]`. */
  readonly usage: string;
  readonly summary: Words;
  /**
   * Does it.
   * @throws UsageError for arguments that it does not understand, before anything is done
   * @throws Failure when it cannot be done
   */
  run(args: readonly string[], terminal: Terminal): Promise<void>;
}

/** Arguments that are not understood; the message is one line. The process ends with 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Something that cannot be done; the message is one line for the person at the terminal. The process ends with 1. */
export class Failure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Failure';
  }
}
