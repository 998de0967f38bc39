import type { Language } from '../language.js';

const TEXTS = {
  en: (done: string, all: string, rate: string, left: string) =>
    `${done} of ${all} events, ${rate} a second, ${left} s left`,
  zh: (done: string, all: string, rate: string, left: string) =>
    `已处理 ${done} / ${all} 个事件，每秒 ${rate} 个，剩余 ${left} 秒`,
} as const;

const everyMs = 2_000;

/** Tells how far a long run has come: at most every two seconds, and never on the standard output. */
export class Progress {
  private readonly began = performance.now();
  private told = this.began;

  constructor(
    private readonly language: Language,
    private readonly write: (line: string) => void = (line) => void process.stderr.write(`almoner: ${line}\n`),
  ) {}

  /** So many of all events are done. */
  at(done: number, all: number): void {
    const now = performance.now();
    if (now - this.told < everyMs) return;
    this.told = now;
    const rate = (done / (now - this.began)) * 1_000;
    const left = Math.ceil((all - done) / Math.max(rate, 1));
    this.write(TEXTS[this.language](String(done), String(all), String(Math.round(rate)), String(left)));
  }
}
