const EVERY_MS = 2_000;

/** Tells how far a run has come, at most every two seconds, and never on the standard output. */
export class Progress {
  private readonly began = performance.now();
  private told = this.began;

  /** @param text says it: done, all, done a second, seconds left */
  constructor(
    private readonly text: (done: number, all: number, rate: number, left: number) => string,
    private readonly all: number,
    private readonly write: (line: string) => void = (line) => void process.stderr.write(`almoner: ${line}\n`),
  ) {}

  /** So many are done. */
  at(done: number): void {
    const now = performance.now();
    if (now - this.told < EVERY_MS || done > this.all) return;
    this.told = now;
    const rate = (done / (now - this.began)) * 1_000;
    this.write(this.text(done, this.all, Math.round(rate), Math.ceil((this.all - done) / Math.max(rate, 1))));
  }
}
