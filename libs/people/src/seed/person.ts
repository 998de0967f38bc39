import { addDays, ageOn } from '#libs/calendar';
import type { Disability } from '#libs/schemes';
import type { PersonDraft } from '../drafts.js';
import { oldForm } from '../domain/identity/resident-number.js';
import type { DisabilityCard, Employment, Identity, Illness, Schooling, WorkAbility } from '../domain/person.facts.js';
import type { Place } from './family.js';
import { makeUpName, type MadeUpName } from './names.js';
import { madeUpAccount, madeUpBirthCertificate, madeUpNumber, madeUpPassport, madeUpPhone } from './numbers.js';
import { at, weighted, type Random } from './random.js';

/** What persons of one household share. */
export interface Surroundings {
  readonly seed: number;
  readonly today: string;
  readonly area: string;
  readonly rural: boolean;
  readonly people: string;
  readonly hukouArea: string;
  readonly address: string;
}

/** Somebody made up, with what their relatives are made up from. */
export interface MadeUpPerson {
  readonly draft: PersonDraft;
  readonly birthDate: string;
  readonly age: number;
  readonly surname: string;
}

/** Who somebody is taken to be again: a likely double. */
export type Known = Pick<Identity, 'name' | 'otherName' | 'birthDate' | 'sex' | 'ethnicGroup'> & {
  readonly document?: Identity['document'];
};

/** Makes up somebody for a place; `person` counts the persons of the seed, `surname` is that of the family. */
export function makeUpPerson(
  random: Random,
  place: Place,
  around: Surroundings,
  { person, surname, bornOn, known }: { person: number; surname?: string; bornOn?: string; known?: Known },
): MadeUpPerson {
  const { today, seed } = around;
  const birthDate = known?.birthDate ?? bornOn ?? birthDateOf(random, place.age, today);
  const sex = known?.sex ?? place.sex;
  const age = known || bornOn !== undefined ? ageOn(birthDate, today) : place.age;
  const people = known?.ethnicGroup ?? around.people;
  const named: MadeUpName = known
    ? { ...known, surname: '' }
    : makeUpName(random, { sex, birthYear: Number(birthDate.slice(0, 4)), people, surname });
  const number = madeUpNumber(seed, person, { birthDate, sex });
  const document = known?.document ?? documentOf(random, number, { person, age, place });
  const disability = disabilityOf(random, { place, age, number, today });
  const illnesses = illnessesOf(random, { place, age, disability });
  const ability = abilityOf(random, { age, disability, illnesses });
  const schooling = schoolingOf(random, age, birthDate);
  const severe = disability !== undefined && disability.level <= 2;
  const careNeed = (severe && random.chance(550)) || (age >= 85 && random.chance(250));
  const draft: PersonDraft = {
    identity: {
      name: document.kind === 'unknown' ? `无名氏${person}` : named.name,
      ...(named.otherName !== undefined && document.kind !== 'unknown' && { otherName: named.otherName }),
      document,
      ...(document.kind !== 'unknown' && { birthDate, sex, ethnicGroup: people }),
    },
    hukou: { area: around.hukouArea, kind: around.rural ? 'rural' : 'urban' },
    ...(place.notCounted === undefined && { address: around.address }),
    ...(age >= 12 && random.chance(780) && { phone: madeUpPhone(person) }),
    ...((place.relation === 'applicant' ? random.chance(880) : age >= 18 && random.chance(300)) && {
      account: { bank: random.pick(banks), number: madeUpAccount(person), holder: named.name },
    }),
    ...(disability && { disability }),
    ...(illnesses.length > 0 && { illnesses }),
    ...(schooling && { schooling }),
    ...(age >= 16 && { employment: employmentOf(random, { age, ability, schooling, rural: around.rural }) }),
    ability,
    ...(careNeed && { careNeedMonths: random.pick([6, 6, 12, 12, 24, 36]) }),
  };
  return { draft, birthDate, age, surname: named.surname };
}

const banks = ['示例农村商业银行', '示例银行', '示例邮政储蓄银行'];

/** A day on which somebody was born who has that age today. In numbers of days, for it is done for everyone. */
function birthDateOf(random: Random, age: number, today: string): string {
  const [year = 0, month = 1, day = 1] = today.split('-').map(Number);
  const born = Date.UTC(year - age, month - 1, Math.min(day, 28) - random.below(360));
  return new Date(born).toISOString().slice(0, 10);
}

/** Most have an identity number; of the old some show a card with 15 digits, some have no papers, few are known to nobody. */
function documentOf(
  random: Random,
  number: string,
  { person, age, place }: { person: number; age: number; place: Place },
): Identity['document'] {
  const draw = random.below(1000);
  if (draw < 3) return madeUpPassport(person);
  if (draw < 9) return { kind: 'none' };
  if (draw < 12 && place.relation === 'applicant') return { kind: 'unknown' };
  if (age < 1 && draw < 300) return madeUpBirthCertificate(person);
  const old = age >= 60 && draw >= 970 ? oldForm(number) : undefined;
  return { kind: 'resident-number', number: old ?? number };
}

const categories = weighted<Disability['category']>([
  ['physical', 45],
  ['visual', 12],
  ['hearing', 13],
  ['speech', 2],
  ['hearing-speech', 3],
  ['intellectual', 10],
  ['mental', 12],
  ['multiple', 3],
]);
const levels = weighted<Disability['level']>([
  [1, 15],
  [2, 33],
  [3, 29],
  [4, 23],
]);
/** The 19th character of a card: the category. Those of hearing and speech together have that of hearing. */
const cardDigits: Readonly<Record<Disability['category'], number>> = {
  visual: 1,
  hearing: 2,
  'hearing-speech': 2,
  speech: 3,
  physical: 4,
  intellectual: 5,
  mental: 6,
  multiple: 7,
};

function disabilityOf(
  random: Random,
  { place, age, number, today }: { place: Place; age: number; number: string; today: string },
): DisabilityCard | undefined {
  const { burden } = place;
  const due = burden === 'severe-disability' || burden === 'level-3-intellectual-mental';
  if (!due && !random.chance(age < 16 ? 40 : age < 60 ? 130 : 120)) return undefined;
  const third = burden === 'level-3-intellectual-mental';
  const category = third ? random.pick(['intellectual', 'mental'] as const) : random.choose(categories);
  const level = third ? 3 : due ? random.pick([1, 2, 2] as const) : random.choose(levels);
  return {
    category,
    level,
    ...(random.chance(930) && { number: `${number}${cardDigits[category]}${level}` }),
    ...(random.chance(900) && { validUntil: addDays(today, random.between(-90, 3_650)) }),
  };
}

const ailments = weighted<Illness>([
  [{ kind: 'chronic-special', name: '高血压病（三级）' }, 22],
  [{ kind: 'chronic-special', name: '糖尿病伴并发症' }, 20],
  [{ kind: 'chronic-special', name: '慢性阻塞性肺疾病' }, 12],
  [{ kind: 'major', name: '恶性肿瘤' }, 16],
  [{ kind: 'major', name: '终末期肾病' }, 8],
  [{ kind: 'major', name: '脑卒中后遗症' }, 10],
  [{ kind: 'rare', name: '血友病' }, 1],
  [{ kind: 'other' }, 6],
]);

function illnessesOf(
  random: Random,
  { place, age, disability }: { place: Place; age: number; disability: DisabilityCard | undefined },
): Illness[] {
  if (place.burden === 'major-illness') return [{ kind: 'major', name: '恶性肿瘤' }];
  if (disability?.category === 'mental' && random.chance(600)) return [{ kind: 'severe-mental', name: '精神分裂症' }];
  if (!random.chance(age < 16 ? 25 : age < 60 ? 120 : 260)) return [];
  return [random.choose(ailments)];
}

function abilityOf(
  random: Random,
  {
    age,
    disability,
    illnesses,
  }: { age: number; disability: DisabilityCard | undefined; illnesses: readonly Illness[] },
): WorkAbility {
  if (age < 16) return 'none';
  if (disability && disability.level <= 2) return 'fully-lost';
  if (age >= 65) return 'none';
  if (illnesses.some(({ kind }) => kind === 'major' || kind === 'severe-mental'))
    return random.chance(500) ? 'fully-lost' : 'partly';
  if (disability || illnesses.length > 0) return 'partly';
  return age >= 60 ? 'partly' : 'able';
}

const finished = {
  old: weighted<Schooling['stage']>([
    ['none', 35],
    ['primary', 48],
    ['junior-middle', 15],
    ['senior-middle', 2],
  ]),
  middle: weighted<Schooling['stage']>([
    ['none', 4],
    ['primary', 34],
    ['junior-middle', 48],
    ['senior-middle', 8],
    ['vocational', 4],
    ['junior-college', 2],
  ]),
  young: weighted<Schooling['stage']>([
    ['primary', 8],
    ['junior-middle', 46],
    ['senior-middle', 14],
    ['vocational', 18],
    ['junior-college', 10],
    ['bachelor', 4],
  ]),
} as const;

function schoolingOf(random: Random, age: number, birthDate: string): Schooling | undefined {
  const at = (stage: Schooling['stage'], school: string): Schooling => ({ stage, fullTime: true, school });
  if (age < 3) return undefined;
  if (age < 6) return random.chance(800) ? at('kindergarten', '示例幼儿园') : { stage: 'none', fullTime: false };
  if (age < 12) return at('primary', '示例小学');
  if (age < 15) return at('junior-middle', '示例初级中学');
  if (age < 18 && random.chance(880))
    return random.chance(550) ? at('senior-middle', '示例高级中学') : at('vocational', '示例职业学校');
  if (age < 23 && random.chance(420))
    return random.chance(500) ? at('bachelor', '示例大学') : at('junior-college', '示例职业技术学院');
  const year = Number(birthDate.slice(0, 4));
  const stage = random.choose(finished[year < 1960 ? 'old' : year < 1985 ? 'middle' : 'young']);
  return { stage, fullTime: false };
}

interface Worker {
  readonly age: number;
  readonly ability: WorkAbility;
  readonly schooling: Schooling | undefined;
  readonly rural: boolean;
}

function employmentOf(random: Random, { age, ability, schooling, rural }: Worker): Employment {
  if (schooling?.fullTime === true) return { status: 'student' };
  if (ability === 'fully-lost' || ability === 'none')
    return { status: age >= 60 && !rural && random.chance(500) ? 'retired' : 'not-working' };
  const status = at(
    rural
      ? (['farming', 'farming', 'farming', 'casual', 'casual', 'employed', 'self-employed', 'not-working'] as const)
      : ([
          'casual',
          'casual',
          'employed',
          'employed',
          'registered-unemployed',
          'self-employed',
          'not-working',
        ] as const),
    random.below(rural ? 8 : 7),
  );
  return status === 'employed' ? { status, employer: '示例有限公司' } : { status };
}
