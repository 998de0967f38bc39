import { addDays } from '#libs/calendar';
import type { HouseholdDraft, PersonDraft } from '../drafts.js';
import { checkCharacter, oldForm } from '../domain/identity/resident-number.js';
import { makeUpHousehold, type HouseholdSource, type Twist } from './household.js';
import { misheard } from './names.js';
import { Random, weighted } from './random.js';

/** Likely doubles that can be registered: what somebody in the household has in common with another person. */
export const likenesses = ['same-name', 'misheard', 'near-birth-date', 'old-number'] as const;
export type Likeness = (typeof likenesses)[number];

const chosenLikeness = weighted<Likeness>([
  ['same-name', 4],
  ['misheard', 3],
  ['near-birth-date', 2],
  ['old-number', 3],
]);

/** Households in a thousand that have a likely double in an earlier one. */
const LIKENESS_RATE = 12;
/** How far back that one is looked for: far enough to be there already where many are registered at once. */
const NEAREST = 100;
const REACH = 2_000;

const chanceOf = (source: HouseholdSource, index: number): Random => new Random(source.seed, index, 1);

/** Whether the household of that number repeats somebody of an earlier one, and how. */
export function likenessOf(source: HouseholdSource, index: number): Likeness | undefined {
  const random = chanceOf(source, index);
  return index > 0 && random.chance(LIKENESS_RATE) ? random.choose(chosenLikeness) : undefined;
}

/**
 * What ties the household of that number to an earlier one, which is made up anew for it. Nothing where the household is
 * of its own, or the earlier one's applicant has nothing to be known by.
 */
export function twistOf(source: HouseholdSource, index: number): Twist {
  const likeness = likenessOf(source, index);
  if (likeness === undefined) return {};
  const random = new Random(source.seed, index, 2);
  const earlier = index - random.between(Math.min(index, NEAREST), Math.min(index, REACH));
  if (likenessOf(source, earlier) !== undefined) return {};
  const { identity } = applicantOf(makeUpHousehold(source, earlier));
  const { birthDate, document } = identity;
  if (birthDate === undefined || document.kind === 'unknown') return {};
  switch (likeness) {
    case 'same-name':
      return { alone: { ...identity, document: none } };
    case 'misheard': {
      const name = misheard(random, identity.name);
      const { document: _, ...known } = identity;
      const papers = random.chance(500) ? { document: none } : {};
      return name === undefined ? {} : { alone: { ...known, ...papers, name } };
    }
    case 'near-birth-date':
      return { alone: { ...identity, birthDate: nearDate(birthDate), document: none } };
    case 'old-number': {
      const number = document.kind === 'resident-number' && document.number.length === 18 && oldForm(document.number);
      return number ? { besides: { ...identity, document: { kind: 'resident-number', number } } } : {};
    }
  }
}

/** The day before or after in the same month: one digit was misread. */
const nearDate = (date: string): string => addDays(date, /[0-8]$/.test(date) && Number(date.slice(8)) < 28 ? 1 : -1);

const applicantOf = ({ members }: HouseholdDraft): PersonDraft => {
  const [first] = members;
  if (!first || !('person' in first)) throw new Error('a household that was made up has somebody new');
  return first.person;
};

/** What is wrong with a household that must be refused. */
export const mistakeKinds = [
  'check-character',
  'spreadsheet',
  'rounded',
  'length',
  'impossible-date',
  'born-tomorrow',
  'passport-country',
  'birth-date-differs',
  'no-name',
  'two-applicants',
  'counts-elsewhere',
  'number-of-another',
] as const;
export type MistakeKind = (typeof mistakeKinds)[number];

/** A household that must be refused, and why. */
export interface Mistake {
  readonly kind: MistakeKind;
  readonly draft: HouseholdDraft;
}

/**
 * Makes up a household that must be refused.
 * @param index its own, which no household has that is to be registered
 * @param earlier the number of a household that was registered before
 */
export function makeUpMistake(
  source: HouseholdSource,
  kind: MistakeKind,
  { index, earlier }: { index: number; earlier: number },
): Mistake {
  return { kind, draft: draftOf(source, kind, { index, earlier }) };
}

function draftOf(
  source: HouseholdSource,
  kind: MistakeKind,
  { index, earlier }: { index: number; earlier: number },
): HouseholdDraft {
  const draft = makeUpHousehold(source, index);
  const birthDate = applicantOf(draft).identity.birthDate ?? '1970-01-01';
  const body = `19${String(index % 10_000).padStart(4, '0')}${birthDate.replaceAll('-', '')}995`;
  const numbered = (number: string): HouseholdDraft =>
    withApplicant(draft, { document: { kind: 'resident-number', number }, birthDate, sex: 'male' });
  switch (kind) {
    case 'check-character':
      return numbered(body + (checkCharacter(body) === '7' ? '8' : '7'));
    case 'spreadsheet':
      return numbered(`${body.charAt(0)}.${body.slice(1, 6)}E+17`);
    case 'rounded':
      return numbered(
        `${body.slice(0, 14)}${checkCharacter(`${body.slice(0, 14)}000`) === '0' ? '1' : '0'}00`.padEnd(18, '0'),
      );
    case 'length':
      return numbered(body);
    case 'impossible-date':
      return numbered(checked(`${body.slice(0, 10)}0230${body.slice(14)}`));
    case 'born-tomorrow':
      return withApplicant(draft, { document: { kind: 'none' }, birthDate: addDays(source.today, 1) });
    case 'passport-country':
      return withApplicant(draft, { document: { kind: 'passport', issuer: '示例国', number: 'T0000001' }, birthDate });
    case 'birth-date-differs':
      return withApplicant(draft, {
        document: { kind: 'resident-number', number: checked(body) },
        birthDate: addDays(birthDate, -1),
        sex: 'male',
      });
    case 'no-name':
      return withApplicant(draft, { name: ' ' });
    case 'two-applicants':
      return {
        ...draft,
        members: [
          ...draft.members,
          { ...applicant, person: { identity: { name: '示例甲', document: none, birthDate } } },
        ],
      };
    case 'counts-elsewhere':
      return alone(draft, { identity: numberedApplicant(source, earlier).identity });
    case 'number-of-another': {
      const { identity } = numberedApplicant(source, earlier);
      return alone(draft, { identity: { ...identity, name: '示例乙' } });
    }
  }
}

const none = { kind: 'none' } as const;
const applicant = { relation: 'applicant', counts: true } as const;
const checked = (body: string): string => body + checkCharacter(body);

const alone = ({ area, residence }: HouseholdDraft, person: PersonDraft): HouseholdDraft => ({
  area,
  residence,
  members: [{ ...applicant, person }],
});

const withApplicant = (draft: HouseholdDraft, identity: Partial<PersonDraft['identity']>): HouseholdDraft => ({
  ...draft,
  members: draft.members.map((member, place) =>
    place === 0 && 'person' in member
      ? { ...member, person: { ...member.person, identity: { ...member.person.identity, ...identity } } }
      : member,
  ),
});

/** The last applicant up to that household who has an identity number. */
function numberedApplicant(source: HouseholdSource, upTo: number): PersonDraft {
  for (let index = upTo; index >= 0; index--) {
    if (likenessOf(source, index) !== undefined) continue;
    const person = applicantOf(makeUpHousehold(source, index));
    if (person.identity.document.kind === 'resident-number') return person;
  }
  throw new RangeError('no household before this one has an applicant with an identity number');
}
