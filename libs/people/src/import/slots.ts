/** Places of which only so many are taken at a time. */
export class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private left: number) {}

  /** Takes a place as soon as one is free. */
  async take(): Promise<void> {
    if (this.left > 0) this.left -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Gives one back; who has waited longest has it next. */
  free(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.left += 1;
    else next();
  }
}
