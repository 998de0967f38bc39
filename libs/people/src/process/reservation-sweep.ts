import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, derivedId } from '#libs/event-sourcing';
import { Claims, claimStream, RESERVATION_MS, type ClaimName } from '../claims/claims.js';
import { OpenClaimReader } from '../projections/open-claim.js';

const EVERY_MS = 60_000;
const AT_A_TIME = 200;

/** Brings claims to their end whose command was not heard of again: confirmed where its event is there, else free. */
@Injectable()
export class ReservationSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Claims');
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly claims: Claims,
    private readonly open: OpenClaimReader,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweeping = this.sweeping.then(() => this.sweep()).catch(() => undefined); // the database is away
    }, EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Settles what is old enough. @returns how many */
  async sweep(): Promise<number> {
    const before = new Date(Date.parse(await this.clock.now()) - RESERVATION_MS).toISOString();
    const old = await this.open.reservedBefore(before, AT_A_TIME);
    for (const claim of old) await this.settle(claim);
    return old.length;
  }

  private async settle(claim: ClaimName): Promise<void> {
    const commandId = derivedId(SWEEP, claimStream(claim));
    const meta = {
      commandId,
      correlationId: commandId,
      causationId: commandId,
      actor: 'claims',
      role: 'system',
      area: '',
    };
    try {
      await this.claims.settle(claim, meta);
    } catch (error) {
      this.logger.warn(`A claim could not be settled: ${error instanceof Error ? error.name : 'error'}`);
    }
  }
}

/** Namespace of the sweep's own ids. */
const SWEEP = '0e8d3a9c-5b1f-4c7e-9a52-6f0d8b1c2e47';
