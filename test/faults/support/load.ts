import type { Client, HttpCommand, Outcome } from './client.js';
import type { Random } from './random.js';

/** The day at which the service's clock is started. */
export const today = '2025-09-01';

/** A household to register. */
export const family = {
  area: '430225100201',
  residence: 'rural',
  members: [
    { relation: 'applicant', person: { name: 'Applicant', birthDate: '1971-03-02' } },
    { relation: 'spouse', person: { name: 'Spouse', birthDate: '1974-07-15' } },
  ],
};
const income = { parts: [{ kind: 'wages', amount: 720_000, months: 12 }] };

/** A case that the clients work on, as far as they know. */
interface KnownCase {
  readonly id: string;
  /** A member who can be present at a visit. */
  readonly member: string;
  revision: string;
}

/**
 * Clients at work on households and cases until they are told to stop: each takes one family after another through the first steps of a
 * case; now and then two of them send conflicting commands to the same case at the same revision.
 */
export class Load {
  private static readonly active = new Set<Load>();
  private readonly abandoned = new AbortController();
  private running: Promise<void>[] = [];
  private stopping = false;
  private count = 0;
  private failure: unknown;
  private readonly shared = new Set<KnownCase>();
  /** Commands that nobody answered within the patience of their client. */
  lost = 0;

  constructor(
    private readonly client: Client,
    private readonly random: Random,
    private readonly options: { patienceMs?: number; tryMs?: number; tolerated?: readonly number[] } = {},
  ) {}

  /** Ends all loads at once, whatever their commands come to: after a fault that failed. */
  static async abandonAll(): Promise<void> {
    for (const load of Load.active) {
      load.stopping = true;
      load.abandoned.abort();
      await Promise.all(load.running);
    }
    Load.active.clear();
  }

  start(clients: number): void {
    this.stopping = false;
    Load.active.add(this);
    this.running = Array.from({ length: clients }, () => this.work(this.random.fork()));
  }

  /** Lets every client finish the command in hand. @throws what a client met that no fault explains */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.running);
    Load.active.delete(this);
    if (this.failure !== undefined) throw this.failure as Error;
  }

  private async work(random: Random): Promise<void> {
    try {
      while (!this.stopping) await this.family(random);
    } catch (error) {
      this.failure ??= error;
    }
  }

  private async family(random: Random): Promise<void> {
    const registered = await this.send(random, { path: '/households', body: family });
    if (registered.kind !== 'ok' || this.stopping) return;
    if (random.next() < 0.3)
      await this.send(random, {
        path: `/households/${registered.answer.id}/income-declarations`,
        body: income,
        seen: registered.answer.revision,
      });
    if (this.stopping) return;
    const application = { scheme: 'dibao', householdId: registered.answer.id };
    const submitted = await this.send(random, { path: '/cases', body: application });
    if (submitted.kind !== 'ok') return;
    const home = await this.client.get(`/households/${registered.answer.id}`);
    const [member] = (home.body['members'] ?? []) as { personId: string }[];
    if (member === undefined) return; // the fault is at work
    const known = { id: submitted.answer.id, revision: submitted.answer.revision, member: member.personId };
    this.shared.add(known);
    if (this.stopping) return;
    const accepted = await this.change(random, known, 'acceptance', {});
    if (!accepted || this.stopping) return;
    if (random.next() < 0.5) await this.change(random, known, 'home-visit', this.visit(known));
    if (random.next() < 0.5 && this.shared.size > 0) await this.quarrel(random, random.pick([...this.shared]));
  }

  /** Two commands at once at the same revision, of which at most one may win. */
  private async quarrel(random: Random, known: KnownCase): Promise<void> {
    const { id, revision } = known;
    const withdrawal = { path: `/cases/${id}/withdrawal`, body: { reason: 'Quarrel' }, seen: revision };
    const [visited, withdrawn] = await Promise.all([
      this.send(random, { path: `/cases/${id}/home-visit`, body: this.visit(known), seen: revision }),
      this.send(random, withdrawal),
    ]);
    if (visited.kind === 'ok' && withdrawn.kind === 'ok')
      throw new Error(`case ${id}: two commands won at revision ${revision}`);
    if (visited.kind === 'ok') known.revision = visited.answer.revision;
    // Nobody withdraws it once more: that would be answered without being recorded.
    if (withdrawn.kind !== 'refused') this.shared.delete(known);
  }

  private visit({ member }: KnownCase): object {
    return {
      visitedOn: today,
      investigators: [this.client.subject, 'development:investigator'],
      memberPresent: member,
    };
  }

  private async change(random: Random, known: KnownCase, step: string, body: object): Promise<boolean> {
    const outcome = await this.send(random, { path: `/cases/${known.id}/${step}`, body, seen: known.revision });
    if (outcome.kind === 'ok') known.revision = outcome.answer.revision;
    return outcome.kind === 'ok';
  }

  private async send(random: Random, command: HttpCommand): Promise<Outcome> {
    const outcome = await this.client.send(`${random.uuid()}-${(this.count += 1)}`, command, {
      ...this.options,
      signal: this.abandoned.signal,
    });
    if (outcome.kind === 'lost') this.lost += 1;
    // Another client may have been faster, or have withdrawn the case. Nothing else is to be refused.
    if (outcome.kind === 'refused' && ![409, 412, ...(this.options.tolerated ?? [])].includes(outcome.status))
      throw new Error(`${command.path}: ${outcome.status} ${outcome.code}`);
    return outcome;
  }
}
