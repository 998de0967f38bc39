import { afterAll, describe, expect, it } from '@jest/globals';
import { Refusal } from '#libs/event-sourcing/decider';
import { readIdentity } from '../domain/identity/read-identity.js';
import type { HouseholdDraft } from '../drafts.js';
import { Folder, readAll } from '../import/test/files.js';
import { generateHouseholds, generateMistakes, type SeedPlan } from './generate-households.js';
import { householdCsv, householdCsvHeader } from './household-csv.js';

const plan: SeedPlan = { areas: [{ code: '430225' }], households: 1_500, seed: 7, today: '2025-09-01' };
const folder = new Folder();
afterAll(() => folder.remove());

const fileOf = (drafts: readonly HouseholdDraft[], language: 'en' | 'zh' = 'en'): string =>
  folder.write(
    householdCsvHeader(language) + drafts.map((draft, index) => householdCsv(draft, `S7-${index}`)).join(''),
  );

/** What a file can say: amounts belong to a member, in the order of the members; numbers are in the form that is kept. */
function sayable({ income, assets, spending, members, ...rest }: HouseholdDraft): HouseholdDraft {
  return {
    ...rest,
    members: members.map((member) => {
      if (!('person' in member)) return member;
      const identity = readIdentity(member.person.identity, { today: plan.today, testNumbers: 'accepted' });
      if (identity instanceof Refusal) throw new Error(identity.code);
      return { ...member, person: { ...member.person, identity } };
    }),
    ...(income && { income: ofMembers(income.map(({ exemption: _, ...part }) => part)) }),
    ...(assets && { assets: ofMembers(assets.map(({ count: _, ...part }) => part)) }),
    ...(spending && { spending: ofMembers(spending) }),
  };
}

const ofMembers = <Part extends { readonly member?: number }>(parts: readonly Part[]) =>
  parts.map((part) => ({ ...part, member: part.member ?? 0 })).sort((one, other) => one.member - other.member);

describe('made-up households as a file', () => {
  it.each(['en', 'zh'] as const)('are read by the import as they were, with headings in %s', async (language) => {
    const drafts = [...generateHouseholds({ ...plan, households: 300 })];
    const read = await readAll(fileOf(drafts, language));
    expect(read.flatMap(({ problems = [] }) => problems)).toEqual([]);
    expect(read.map((household) => 'draft' in household && household.draft)).toEqual(drafts.map(sayable));
  });

  it('hold rows that the import refuses by code, where they are wrong by themselves', async () => {
    const mistakes = [...generateMistakes(plan)];
    const read = await readAll(fileOf(mistakes.map(({ draft }) => draft)));
    const taken = mistakes.flatMap(({ kind }, index) => (read[index]?.problems === undefined ? [kind] : []));
    expect(new Set(taken)).toEqual(new Set(['counts-elsewhere', 'number-of-another']));
  });
});
