import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pinyin } from 'pinyin-pro';
import { checkCharacter, oldForm } from '../domain/identity/resident-number.js';
import { areasOf } from '../seed/household.js';
import { generateHouseholds } from '../seed/generate-households.js';
import { likenessOf as likenessIn, type ComparedPerson } from './likeness.js';
import { blockingKeys } from './blocking-keys.js';
import { doubleReasons, type DoubleReason } from './reasons.js';
import { likenessOf as twistedBy, twistOf } from '../seed/mistakes.js';
import { LIKELY_DOUBLE, scoreDouble } from './score.js';
import { fold } from './sounds.js';

const read = new Map<string, readonly string[]>();
const toPinyin = (text: string): readonly string[] => {
  const syllables = read.get(text) ?? pinyin(text, { type: 'array', toneType: 'none' });
  read.set(text, syllables);
  return syllables;
};
const likenessOf = (person: ComparedPerson) => likenessIn(person, toPinyin);
const score = (a: ComparedPerson, b: ComparedPerson) => scoreDouble(likenessOf(a), likenessOf(b));

const numbered = (body: string) => ({ kind: 'resident-number', number: body + checkCharacter(body) }) as const;
const none = { kind: 'none' } as const;
const body = '19752519800101001';
const somebody: ComparedPerson = {
  name: '示例甲',
  document: numbered(body),
  birthDate: '1980-01-01',
  sex: 'male',
  area: '430225100',
  phone: '15400000001',
};
const besides = (change: Partial<ComparedPerson>): ComparedPerson => ({ ...somebody, phone: '15400000002', ...change });

describe('the score of a likely double', () => {
  it.each<[what: string, change: Partial<ComparedPerson>, least: number, most: number, reasons: DoubleReason[]]>([
    ['same name and birth date, without papers', { document: none }, 90, 99, ['same-name', 'same-birth-date']],
    ['same name and birth date, elsewhere', { document: none, area: '110101' }, 80, 89, ['same-name']],
    ['a name that sounds the same', { name: '事例甲', document: none }, 70, 89, ['sound-alike', 'same-birth-date']],
    ['a name that sounds much the same', { name: '四历甲', document: none }, 60, 79, ['confusable-sound']],
    ['the name in Latin letters', { name: 'Shi Lijia', document: none }, 70, 89, ['sound-alike']],
    ['month and day the wrong way round', { birthDate: '1980-02-03', document: none }, 0, 59, ['different-birth-date']],
    ['a slip in the birth date', { birthDate: '1980-01-11', document: none }, 60, 79, ['near-birth-date']],
    ['a slip in the number', { document: numbered('19752519800101003') }, 99, 99, ['near-number', 'same-name']],
    ['two digits of the number exchanged', { document: numbered('17952519800101001') }, 99, 99, ['near-number']],
    [
      'the old form of the number',
      { document: { kind: 'resident-number', number: oldForm(body) ?? '' } },
      99,
      99,
      ['old-number'],
    ],
    ['another name under the number', { name: '张三' }, 60, 90, ['same-number', 'different-name']],
    ['two numbers', { document: numbered('19000119800101555') }, 60, 65, ['different-number', 'same-name']],
    [
      'two numbers and a name that sounds the same',
      { name: '事例甲', document: numbered('19000119800101555') },
      0,
      59,
      ['different-number'],
    ],
    ['nothing but the area', { name: '张三', birthDate: '1970-05-06', document: none }, 0, 0, ['different-name']],
    [
      'a passport beside the number',
      { document: { kind: 'passport', issuer: 'UTO', number: 'T00000001' } },
      90,
      99,
      ['same-name'],
    ],
    [
      'the name in another script',
      { name: 'Ayigul Memet', otherName: '示例甲', document: none },
      80,
      89,
      ['same-other-name'],
    ],
  ])('%s', (_, change, least, most, reasons) => {
    const outcome = score(somebody, besides(change));
    expect(outcome.reasons).toEqual(expect.arrayContaining(reasons));
    expect(outcome.score).toBeGreaterThanOrEqual(least);
    expect(outcome.score).toBeLessThanOrEqual(most);
  });

  it('knows month and day the wrong way round', () => {
    const [one, other] = [
      besides({ birthDate: '1980-02-03', document: none }),
      besides({ birthDate: '1980-03-02', document: none }),
    ];
    expect(score(one, other).reasons).toContain('near-birth-date');
  });

  it('takes full-width digits, spaces and the code of the country for nothing', () => {
    expect(score(somebody, { ...somebody, name: ' 示例 甲', phone: '+86 154 0000 0001' }).score).toBe(100);
  });

  it('is not 100 for two files of which nothing is known but one name', () => {
    const unknown: ComparedPerson = { name: '王芳', document: { kind: 'unknown' } };
    expect(score(unknown, unknown).score).toBeLessThan(LIKELY_DOUBLE);
  });
});

describe('twins', () => {
  const [one, other] = ['19752520150101002', '19752520150101004'] as const;
  const first: ComparedPerson = {
    name: '示例乙',
    document: numbered(one),
    birthDate: '2015-01-01',
    area: '430225',
    household: 'h',
  };
  const second: ComparedPerson = { ...first, name: '示例丙', document: numbered(other) };

  it('are marked and score low', () => {
    const outcome = score(first, second);
    expect(outcome.reasons).toContain('twins');
    expect(outcome.score).toBeLessThan(LIKELY_DOUBLE);
  });

  it('are marked although their names sound the same and their numbers are near', () => {
    const outcome = score({ ...first, name: '李佳' }, { ...second, name: '李嘉' });
    expect(outcome.score).toBeGreaterThanOrEqual(LIKELY_DOUBLE);
    expect(outcome.reasons[0]).toBe('twins');
  });

  it('are marked where one has no papers yet, or they live apart in one area', () => {
    expect(score(first, { ...second, document: none }).reasons).toContain('twins');
    const { household: _, ...apart } = second;
    expect(score(first, apart).reasons).toContain('twins');
    expect(score(first, { ...second, household: 'another' }).reasons).not.toContain('twins');
  });

  it('are told where their numbers are crossed', () => {
    const crossed: ComparedPerson = { ...first, document: numbered(other), household: 'new' };
    const { name, document } = second;
    const registered: ComparedPerson = { ...first, twin: { name, document } };
    expect(score(crossed, registered).reasons.slice(0, 2)).toEqual(['twins', 'numbers-crossed']);
    const itsNumber: ComparedPerson = { ...second, twin: { name: first.name, document: first.document } };
    expect(score(crossed, itsNumber).reasons.slice(0, 2)).toEqual(['twins', 'numbers-crossed']);
    expect(score(registered, crossed)).toEqual(score(crossed, registered));
    expect(score(first, registered).reasons).not.toContain('twins');
  });
});

describe('sounds that are taken for each other', () => {
  it.each([
    ['zhang', 'zang'],
    ['chen', 'ceng'],
    ['shi', 'si'],
    ['niu', 'liu'],
    ['lv', 'nv'],
    ['jing', 'jin'],
    ['huang', 'fang'],
  ])('%s and %s are one', (one, other) => expect(fold(one)).toBe(fold(other)));

  it.each([
    ['wang', 'huang'],
    ['li', 'lin'],
    ['zhou', 'zhao'],
    ['an', 'ang'],
  ])('%s and %s are two', (one, other) => expect(fold(one)).not.toBe(fold(other)));
});

const characters = [
  '李',
  '刘',
  '牛',
  '张',
  '章',
  '佳',
  '嘉',
  '婷',
  '廷',
  '新',
  '兴',
  '西',
  '南',
  '兰',
  '安',
  '惠',
  '飞',
];
const chinese = fc.array(fc.constantFrom(...characters), { minLength: 2, maxLength: 3 }).map((each) => each.join(''));
const names = fc.oneof(
  chinese,
  chinese.map((name) => toPinyin(name).join(' ')),
  fc.constantFrom('Ayigul Memet', '阿依古丽·买买提'),
);
const dates = fc.constantFrom('1980-01-02', '1980-02-01', '1981-01-02', '1980-01-12', '1990-07-07');
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
const documents = fc.oneof(
  fc.constant(none),
  fc
    .tuple(fc.constantFrom('197525', '197552', '197535'), dates, fc.constantFrom('001', '003', '010', '131'))
    .map(([area, date, sequence]) => numbered(area + date.replaceAll('-', '') + sequence)),
  fc
    .constantFrom('T12345', 'T12354', 'T12845', 'U12345')
    .map((number) => ({ kind: 'passport', issuer: 'UTO', number }) as const),
);
const persons = fc
  .record({
    name: names,
    otherName: maybe(names),
    document: documents,
    birthDate: maybe(dates),
    sex: maybe(fc.constantFrom('male' as const, 'female' as const)),
    area: maybe(fc.constantFrom('430225', '430224')),
    phone: maybe(fc.constantFrom('15400000001', '15400000002')),
    household: maybe(fc.constantFrom('a', 'b')),
  })
  .map(
    (person) =>
      Object.fromEntries(Object.entries(person).filter(([, value]) => value !== undefined)) as never as ComparedPerson,
  );
const fields = ['name', 'otherName', 'document', 'birthDate', 'sex', 'area', 'phone'] as const;
const runs = { numRuns: 1_500, seed: 5 };

describe('every score', () => {
  it('is a whole number from 0 to 100 with reasons that have words, the same in either order', () => {
    fc.assert(
      fc.property(persons, persons, (a, b) => {
        const outcome = score(a, b);
        expect(outcome).toEqual(score(b, a));
        expect(Number.isInteger(outcome.score) && outcome.score >= 0 && outcome.score <= 100).toBe(true);
        for (const reason of outcome.reasons) expect(doubleReasons[reason].zh).not.toBe('');
      }),
      runs,
    );
  });

  it('is 100 for a person and themself, and for nobody who differs in anything known', () => {
    fc.assert(
      fc.property(persons, fc.constantFrom(...fields), persons, (a, field, b) => {
        const known = a.birthDate !== undefined || a.document.kind !== 'none';
        expect(score(a, a).score === 100).toBe(known);
        const other = { ...a, [field]: b[field] ?? a[field] };
        if (JSON.stringify(other[field]) !== JSON.stringify(a[field]) && field !== 'name' && field !== 'otherName')
          expect(score(a, other).score).toBeLessThan(100);
      }),
      runs,
    );
  });

  it('never falls as two files come to agree in one thing more', () => {
    fc.assert(
      fc.property(persons, persons, fc.constantFrom(...fields), (a, b, field) => {
        fc.pre(a[field] !== undefined);
        expect(score(a, { ...b, [field]: a[field] }).score).toBeGreaterThanOrEqual(score(a, b).score);
      }),
      runs,
    );
  });
});

describe('blocking keys', () => {
  it('are shared by all pairs that are likely doubles', () => {
    let likely = 0;
    const agreeing = fc.subarray([...fields], { minLength: 1 });
    fc.assert(
      fc.property(persons, persons, agreeing, (a, other, agreed) => {
        const b = { ...other, ...Object.fromEntries(agreed.map((field) => [field, a[field] ?? other[field]])) };
        if (score(a, b).score < LIKELY_DOUBLE) return;
        likely++;
        const keys = new Set(blockingKeys(likenessOf(a)));
        expect(blockingKeys(likenessOf(b)).some((key) => keys.has(key))).toBe(true);
      }),
      { ...runs, numRuns: 4_000 },
    );
    expect(likely).toBeGreaterThan(1_000);
  });

  it('find those whom made-up households repeat, and hardly anybody else', () => {
    const plan = { areas: [{ code: '430225' }], households: 3_000, seed: 7, today: '2025-09-01' };
    const source = { ...plan, areas: areasOf(plan.areas) };
    const likenesses = [...generateHouseholds(plan)].flatMap(({ members }, household) =>
      members.flatMap((member) =>
        'person' in member
          ? [
              {
                household,
                likeness: likenessOf({ ...member.person.identity, area: '430225', household: String(household) }),
              },
            ]
          : [],
      ),
    );
    const byKey = new Map<string, number[]>();
    const proposed = new Map<string, readonly DoubleReason[]>();
    const found = new Set<number>();
    for (const [index, { household, likeness }] of likenesses.entries())
      for (const key of blockingKeys(likeness)) {
        const others = byKey.get(key) ?? [];
        for (const other of others) {
          const earlier = likenesses[other];
          if (!earlier || other === index) continue;
          const { score, reasons } = scoreDouble(earlier.likeness, likeness);
          if (score < LIKELY_DOUBLE) continue;
          proposed.set(`${other} ${index}`, reasons);
          found.add(household);
        }
        byKey.set(key, [...others, index]);
      }
    const repeats = Array.from({ length: plan.households }, (_, index) => index).filter((index) => {
      const { alone, besides } = twistOf(source, index);
      // Who was misheard and has a number of their own is not taken for a double.
      const misheard = twistedBy(source, index) === 'misheard' && alone?.document === undefined;
      return (alone ?? besides) !== undefined && !misheard;
    });
    expect(repeats.length).toBeGreaterThan(15);
    expect(repeats.filter((index) => !found.has(index))).toEqual([]);
    expect(proposed.size).toBeLessThan(2 * repeats.length);
  });
});
