import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { NoticeClock } from '#libs/cases';
import {
  BackgroundVerifier,
  notesOf,
  ProcessManagerRunner,
  ProjectionHost,
  type ProcessManager,
} from '#libs/event-sourcing';
import { bankFileOutbox } from '#libs/payments';
import { ErasureProcess, HouseholdFollowUp } from '#libs/people';
import { Settings } from '#libs/platform';
import { Engine } from './engine.js';
import { projections } from './registers.js';

/** Runs everything that follows the log: projections, process managers, and what notes for the outbox. */
@Injectable()
export class Readers implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly host: ProjectionHost;
  private readonly managers: readonly ProcessManagerRunner[];
  private readonly verifier: BackgroundVerifier | undefined;

  constructor(
    { parts, builds, verifications }: Engine,
    noticeClock: NoticeClock,
    householdFollowUp: HouseholdFollowUp,
    erasure: ErasureProcess,
    { verifyMinutes }: Settings,
  ) {
    const logger = new Logger('ProcessManagers');
    const managers = [noticeClock, householdFollowUp, erasure] as readonly ProcessManager[];
    this.host = new ProjectionHost(parts, projections, [...managers.map(notesOf), bankFileOutbox], builds);
    this.managers = managers.map(
      (manager) =>
        new ProcessManagerRunner(parts.pool, manager, parts.progress, {
          failed: (name, what, error) =>
            logger.error(`${name} failed at ${what}: ${error instanceof Error ? error.name : 'error'}`),
        }),
    );
    if (verifyMinutes > 0)
      this.verifier = new BackgroundVerifier(parts, projections, verifications, verifyMinutes * 60_000);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.host.start();
    for (const manager of this.managers) manager.start();
    this.verifier?.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.host.stop(), this.verifier?.stop(), ...this.managers.map((manager) => manager.stop())]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.onModuleDestroy();
  }
}
