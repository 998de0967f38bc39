import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '#libs/calendar';
import { Refusal } from '#libs/event-sourcing/decider';
import { checkCharacter, oldForm, plainNumber, readResidentNumber, type ResidentNumber } from './resident-number.js';

const context = { today: '2025-09-01', testNumbers: 'accepted' } as const;
const read = (text: string) => readResidentNumber(plainNumber(text), context);

interface Example {
  readonly case: string;
  readonly input: string;
  readonly verdict: string;
  readonly reason: string;
  readonly normalized: string;
  readonly area_code: string;
  readonly birth_date: string;
  readonly sex: string;
}

/** The published examples of the standard and what follows from them; where each comes from stands in the file. */
function examples(): Example[] {
  const [head = '', ...lines] = readFileSync(join(import.meta.dirname, 'test/resident-ids.csv'), 'utf8')
    .trimEnd()
    .split(/\r?\n/);
  const names = head.split(',');
  // No cell before the sources is quoted.
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])) as unknown as Example;
  });
}

const codes: Readonly<Record<string, readonly string[]>> = {
  length: ['ID_NUMBER_LENGTH'],
  characters: ['ID_NUMBER_CHARACTERS', 'ID_NUMBER_SPREADSHEET'],
  'birth-date': ['ID_NUMBER_DATE'],
  'check-digit': ['ID_NUMBER_CHECK', 'ID_NUMBER_ROUNDED'],
};

/** Numbers of people born on any day from 1800 to today: made up, beginning with 19 and otherwise right. */
const madeUp = fc
  .record({
    county: fc.integer({ min: 0, max: 9999 }),
    day: fc.integer({ min: 0, max: 82_420 }),
    sequence: fc.integer({ min: 0, max: 999 }),
  })
  .map(({ county, day, sequence }) => {
    const birthDate = addDays('1800-01-01', day);
    const body = `19${String(county).padStart(4, '0')}${birthDate.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
    return { number: body + checkCharacter(body), birthDate, sequence };
  });

describe('an identity number', () => {
  it.each(examples())('is read as the examples say: $case', (example) => {
    const outcome = read(example.input);
    if (example.verdict === 'invalid') {
      expect(outcome).toBeInstanceOf(Refusal);
      expect(codes[example.reason]).toContain((outcome as Refusal).code);
      return;
    }
    expect(outcome).toMatchObject({
      number: example.normalized,
      areaCode: example.area_code,
      birthDate: example.birth_date,
      sex: example.sex,
    });
    if (example.reason !== '') expect((outcome as ResidentNumber).warnings).toContain(example.reason);
    else expect((outcome as ResidentNumber).warnings).toEqual([]);
  });

  it('that is right says the birth date and sex it was made of, in either case and width', () => {
    fc.assert(
      fc.property(madeUp, ({ number, birthDate, sequence }) => {
        const says = read(number);
        expect(says).toMatchObject({ number, birthDate, sex: sequence % 2 === 1 ? 'male' : 'female', test: true });
        const wide = number.replaceAll(/./g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0));
        for (const written of [number.toLowerCase(), wide, ` ${number.slice(0, 6)}\u3000${number.slice(6)}\u200b`])
          expect(read(written)).toEqual(says);
      }),
    );
  });

  it('is refused when any one character is another', () => {
    const change = fc.record({ at: fc.nat(17), by: fc.integer({ min: 1, max: 10 }) });
    fc.assert(
      fc.property(madeUp, change, ({ number }, { at, by }) => {
        const alphabet = at === 17 ? '0123456789X' : '0123456789';
        const other = alphabet.charAt((alphabet.indexOf(number.charAt(at)) + by) % alphabet.length);
        fc.pre(other !== number.charAt(at));
        expect(read(number.slice(0, at) + other + number.slice(at + 1))).toBeInstanceOf(Refusal);
      }),
    );
  });

  it('is refused when any two neighbours that differ are swapped', () => {
    fc.assert(
      fc.property(madeUp, fc.nat(16), ({ number }, at) => {
        const [first, second] = [number.charAt(at), number.charAt(at + 1)];
        fc.pre(first !== second);
        expect(read(number.slice(0, at) + second + first + number.slice(at + 2))).toBeInstanceOf(Refusal);
      }),
    );
  });

  it('of 15 digits is read as the same person’s of 18', () => {
    fc.assert(
      fc.property(madeUp, ({ number, sequence }) => {
        const old = oldForm(number);
        expect(old !== undefined).toBe(number.slice(6, 8) === '19');
        fc.pre(old !== undefined && sequence < 996);
        expect(read(String(old))).toMatchObject({ number });
      }),
    );
  });

  it.each([
    ['197525800101001', '1980-01-01', ['old-format']],
    ['197525250901001', '1925-09-01', ['old-format', 'century']],
    ['197525990101996', '1899-01-01', ['old-format', 'century']],
  ])('of 15 digits tells when the century is to be asked about: %s', (old, birthDate, warnings) => {
    expect(read(old)).toMatchObject({ birthDate, warnings });
  });

  it.each(['4.30225E+17', '4.30225197103050E+17', '１．９Ｅ＋１７', '4e17', '430225197103051000.0'])(
    'that a spreadsheet made a figure is refused for that: %s',
    (text) => expect(read(text)).toEqual(new Refusal('ID_NUMBER_SPREADSHEET')),
  );

  it('that ends with 000 and does not check hints at a spreadsheet, and one that checks is taken', () => {
    expect(read('197525198001010000')).toEqual(new Refusal('ID_NUMBER_ROUNDED'));
    const right = Array.from({ length: 100 }, (_, n) => `1975${String(n).padStart(2, '0')}1980010110`).map(
      (body) => `${body}0${checkCharacter(`${body}0`)}`,
    );
    expect(right.filter((each) => each.endsWith('00')).map(read)).not.toContainEqual(expect.any(Refusal));
  });

  it('that is made up is refused where only real ones are taken', () => {
    const made = '19752519800101' + '001';
    const number = made + checkCharacter(made);
    expect(read(number)).toMatchObject({ test: true, warnings: [] });
    expect(readResidentNumber(number, { ...context, testNumbers: 'refused' })).toEqual(
      new Refusal('ID_NUMBER_FOR_TESTS'),
    );
  });

  it('is never repeated by the refusal of whatever text', () => {
    const anyText = fc.oneof(fc.string({ minLength: 6 }), fc.stringMatching(/^[0-9]{14,19}$/));
    fc.assert(
      fc.property(anyText, (text) => {
        const outcome = read(text);
        if (outcome instanceof Refusal) expect(outcome.details).toEqual({});
      }),
    );
  });
});
