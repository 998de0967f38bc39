import { WakeUp } from '../wake-up.js';
import type { EngineParts } from './follower-runner.js';
import type { Projection } from './follower.js';
import { Placement } from './placement.js';
import { verifyProjection, type Verification } from './verify.js';

/** What is told of every comparison. A difference is an alarm. */
export interface VerifierObserver {
  verified(found: Verification): void;
  failed(projection: string, error: unknown): void;
}

/** So many events are folded at most for one comparison: of a larger log, a sample of the streams. */
const eventsAtMost = 200_000;
/** Rest between two batches, so that the comparison never presses on the work of people. */
const restMs = 50;

/**
 * Compares one read model after the other with the log, slowly, for as long as the service runs; of several processes only
 * one at a time. Each comparison takes another sample.
 */
export class BackgroundVerifier {
  private readonly stopping = new AbortController();
  private readonly clock = new WakeUp();
  private readonly placement: Placement;
  private running: Promise<void> | undefined;
  private round = 0;

  constructor(
    private readonly parts: EngineParts,
    private readonly projections: readonly Projection[],
    private readonly observer: VerifierObserver,
    private readonly everyMs: number,
  ) {
    this.placement = new Placement(parts.pool);
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.placement.close();
  }

  /** Compares the next projection; undefined where another process is comparing. */
  async verifyNext(): Promise<Verification | undefined> {
    const projection = this.projections[this.round % this.projections.length];
    if (projection === undefined || !(await this.placement.take('verify'))) return undefined;
    this.round += 1;
    try {
      const head = await this.parts.store.head();
      // Where positions do not count events they are bytes: no event is smaller than a few hundred.
      const unit = this.parts.store.capabilities.has('gapless-positions') ? 1 : 500;
      const events = head === 'start' ? 0 : (Number(head) + 1) / unit;
      const sample = { oneOf: Math.max(1, Math.ceil(events / eventsAtMost)), seed: process.pid + this.round };
      const found = await verifyProjection(this.parts, projection, sample, () => this.rest());
      this.observer.verified(found);
      return found;
    } catch (error) {
      this.observer.failed(projection.name, error);
      return undefined;
    } finally {
      await this.placement.leave('verify').catch(() => undefined);
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.clock.wait(this.everyMs, signal);
      if (!signal.aborted) await this.verifyNext().catch(() => undefined);
    }
  }

  /** A comparison that is under way when the process ends is given up. */
  private async rest(): Promise<void> {
    await this.clock.wait(restMs, this.stopping.signal);
    if (this.stopping.signal.aborted) throw new Error('the process ends');
  }
}
