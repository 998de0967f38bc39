import { randomUUID } from 'node:crypto';
import type { CommandMeta } from '#libs/event-sourcing';
import type { HouseholdDraft, PersonDraft } from '#libs/people';
import type { BenchOptions, Findings } from './benchmark.js';
import type { PeopleService } from './people-service.js';
import { median } from './rounds.js';

/** What one command took, in milliseconds: as a whole, with sealing, and within that with its keys. */
interface Spent {
  readonly command: number;
  readonly sealing: number;
  readonly keys: number;
}

/** How much of a command the sealing of personal data takes. A part of the benchmark `people`. */
export async function measureSealing(service: PeopleService, { quick, say }: BenchOptions): Promise<Findings> {
  say('sealing in a command …');
  const commands = quick ? 50 : 1_000;
  const spent = await registerOneByOne(service, commands + 50);
  const of = (part: keyof Spent) => median(spent.slice(50).map((each) => each[part]));
  const [command, keys] = [of('command') * 1_000, of('keys') * 1_000];
  const encryption = of('sealing') * 1_000 - keys;
  const rounded = (share: number) => Number(share.toFixed(4));
  const shares = spent.slice(50).map((each) => (each.sealing - each.keys) / each.command);
  return {
    results: [
      {
        case: 'encryption',
        against: 'command',
        value: Number(encryption.toFixed(1)),
        baseline: Number(command.toFixed(1)),
        unit: 'us',
        ratio: rounded(encryption / command),
        ratioRange: [rounded(Math.min(...shares)), rounded(Math.max(...shares))],
      },
    ],
    figures: [{ what: 'command: keys, share of its time', value: (keys / command) * 100, unit: '%' }],
    notes: [
      `encryption / command: the share of its time that a command spends on AES-256-GCM and envelopes, the smaller the better; ${commands.toLocaleString('en-US')} persons registered one at a time on PostgreSQL, each with keys of its own, medians. Its keys are made, wrapped and kept in the same command: their share stands beside it.`,
    ],
  };
}

async function registerOneByOne(
  { sealing, keys, registrations, nextHousehold }: PeopleService,
  count: number,
): Promise<Spent[]> {
  let [sealingMs, keysMs] = [0, 0];
  const [seal, forSealing] = [sealing.seal.bind(sealing), keys.forSealing.bind(keys)];
  keys.forSealing = async (slots) => {
    const begin = performance.now();
    return forSealing(slots).finally(() => (keysMs += performance.now() - begin));
  };
  sealing.seal = (events) => {
    const begin = performance.now();
    const spend = () => (sealingMs += performance.now() - begin);
    const sealed = seal(events);
    if (sealed instanceof Promise) return sealed.finally(spend);
    spend();
    return sealed;
  };
  const spent: Spent[] = [];
  while (spent.length < count) {
    const { draft, area } = personOf(nextHousehold());
    const commandId = randomUUID();
    const meta: CommandMeta = {
      ...{ commandId, correlationId: commandId, causationId: commandId },
      ...{ actor: 'bench', role: 'township-officer', area },
    };
    [sealingMs, keysMs] = [0, 0];
    const begin = performance.now();
    await registrations.registerPerson({ ...draft, area }, meta);
    spent.push({ command: performance.now() - begin, sealing: sealingMs, keys: keysMs });
  }
  return spent;
}

function personOf({ members, area }: HouseholdDraft): { readonly draft: PersonDraft; readonly area: string } {
  const draft = members.flatMap((member) => ('person' in member ? [member.person] : []))[0];
  if (!draft) throw new Error('a household without anybody new');
  return { draft, area };
}
