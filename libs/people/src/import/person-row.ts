import { Refusal } from '#libs/event-sourcing/decider';
import type { HouseholdDraft, MemberDraft, PersonDraft } from '../drafts.js';
import { readDocument, type IdentityDocument } from '../domain/identity/document.js';
import { CellReader, MOST_MONTHS } from './cell-reader.js';
import { isRounded, plain, textOf } from './cell.js';
import { amountGroups } from './columns.js';
import type { AmountColumns } from './heading.js';
import { readAccount, readAmount, readCount, readWord } from './values.js';
import { ethnicGroupOf, wordsOf, type Words } from './words.js';

type Amounts = Required<Pick<HouseholdDraft, 'income' | 'assets' | 'spending'>>;

/** A row's own part of a household: one member. */
export interface MemberRow {
  readonly member: MemberDraft & { readonly person: PersonDraft };
  readonly amounts: Amounts;
}

/** Reads a row as a member of a household. */
export class RowReader extends CellReader {
  /** The member of this row; undefined where something is wrong with it. */
  member(index: number): MemberRow | undefined {
    if (this.row.broken) return this.refuse('ROW_BROKEN');
    const { heading } = this.context;
    if (this.row.cells.slice(heading.names.length).some((cell) => textOf(cell) !== ''))
      return this.refuse('ROW_TOO_LONG');
    const standing = this.standing();
    const person = this.person();
    const amounts = this.amounts(index);
    if (this.problems.length > 0 || standing === undefined || person === undefined) return undefined;
    return { member: { ...standing, person }, amounts };
  }

  private standing() {
    const relation = this.needed('relation', this.word('relation', wordsOf.relation));
    const notCounted = this.word('notCounted', wordsOf.notCounted);
    const given = this.word('counts', wordsOf.yesNo);
    const counts = given === undefined ? notCounted === undefined : given === 'yes';
    if (counts && notCounted !== undefined) this.refuse('REASON_CONTRADICTS', 'notCounted');
    if (!counts && notCounted === undefined && textOf(this.cell('notCounted')) === '')
      this.refuse('VALUE_MISSING', 'notCounted');
    return relation && { relation, counts, ...(notCounted && { notCounted }) };
  }

  private person(): PersonDraft | undefined {
    const identity = this.identity();
    const hukouKind = this.word('hukouKind', wordsOf.hukou);
    const hukouArea = this.hukouArea();
    const hukouAddress = this.text('hukouAddress');
    const hukou =
      hukouKind === undefined && hukouArea === undefined
        ? undefined
        : this.both('hukouArea', hukouArea, 'hukouKind', hukouKind, (area, kind) => ({
            area,
            kind,
            ...(hukouAddress !== undefined && { address: hukouAddress }),
          }));
    const careNeedMonths = this.count('careMonths', 0);
    const ability = this.word('ability', wordsOf.ability);
    const rest = {
      hukou,
      address: this.text('address'),
      phone: this.phone('phone'),
      account: this.account(),
      disability: this.disability(),
      illnesses: this.illnesses(),
      schooling: this.schooling(),
      employment: this.employment(),
      ability,
      careNeedMonths: careNeedMonths === 0 ? undefined : careNeedMonths,
      guardian: this.guardian(),
    };
    return identity && { identity, ...given(rest) };
  }

  private identity(): PersonDraft['identity'] | undefined {
    const name = this.needed('name', this.name('name'));
    const otherName = this.text('otherName');
    const birthDate = this.date('birthDate');
    const sex = this.word('sex', wordsOf.sex);
    const ethnicGroup = this.ethnicGroup();
    const read = this.document();
    if (read === undefined || name === undefined) return undefined;
    const { document, says } = read;
    if (says !== undefined && birthDate !== undefined && says.birthDate !== birthDate)
      this.refuse('BIRTH_DATE_DIFFERS', 'birthDate');
    if (says !== undefined && sex !== undefined && says.sex !== sex) this.refuse('SEX_DIFFERS', 'sex');
    return {
      name,
      document,
      ...given({ otherName, birthDate: birthDate ?? says?.birthDate, sex: sex ?? says?.sex, ethnicGroup }),
    };
  }

  private document() {
    const kind =
      this.word('documentKind', wordsOf.document) ??
      (textOf(this.cell('documentKind')) === '' ? 'resident-number' : undefined);
    const document = kind && this.writtenDocument(kind);
    if (document === undefined) return undefined;
    const outcome = readDocument(document, this.context);
    if (!(outcome instanceof Refusal)) return outcome;
    return this.refuse(
      outcome.code,
      outcome.code === 'DOCUMENT_ISSUER_UNKNOWN' ? 'documentIssuer' : 'documentNumber',
      outcome.details,
    );
  }

  /** The document in the words of the file. */
  private writtenDocument(kind: IdentityDocument['kind']): IdentityDocument | undefined {
    if (kind === 'none' || kind === 'unknown') return { kind };
    if (isRounded(this.cell('documentNumber'))) return this.refuse('ID_NUMBER_SPREADSHEET', 'documentNumber');
    const number = this.needed('documentNumber', this.text('documentNumber'));
    if (kind === 'resident-number') return number === undefined ? undefined : { kind, number };
    const issuer = this.needed('documentIssuer', this.text('documentIssuer'));
    if (kind === 'passport') return number === undefined || issuer === undefined ? undefined : { kind, number, issuer };
    // 出生医学证明 as a kind names the document at once.
    const word = plain(textOf(this.cell('documentKind')));
    const name = this.text('documentName') ?? (/^(其他|其他证件|other)$/i.test(word) ? undefined : word);
    if (name === undefined) return this.refuse('VALUE_MISSING', 'documentName');
    return number === undefined || issuer === undefined ? undefined : { kind, name, number, issuer };
  }

  private ethnicGroup(): string | undefined {
    const text = this.text('ethnicGroup');
    return text === undefined
      ? undefined
      : (ethnicGroupOf(text) ?? this.refuse('VALUE_UNKNOWN', 'ethnicGroup', { allowed: 'GB/T 3304' }));
  }

  private hukouArea(): string | undefined {
    const code = this.number('hukouArea');
    return code === undefined || /^\d{6}(\d{3}){0,2}$/.test(code) ? code : this.refuse('AREA_CODE_FORM', 'hukouArea');
  }

  private account(): PersonDraft['account'] {
    const bank = this.text('bank');
    const number = this.taken('accountNumber', readAccount(this.cell('accountNumber')));
    const holder = this.name('accountHolder');
    if (number === undefined && textOf(this.cell('accountNumber')) === '' && holder === undefined && bank === undefined)
      return undefined;
    this.neededUnlessRefused('bank', bank);
    this.neededUnlessRefused('accountNumber', number);
    this.neededUnlessRefused('accountHolder', holder);
    return bank === undefined || number === undefined || holder === undefined ? undefined : { bank, number, holder };
  }

  private disability(): PersonDraft['disability'] {
    const category = this.word('disabilityCategory', wordsOf.disability);
    const level = this.word('disabilityLevel', wordsOf.level);
    const number = this.number('disabilityNumber');
    const validUntil = /^(长期|permanent)$/i.test(textOf(this.cell('disabilityUntil')))
      ? undefined
      : this.date('disabilityUntil', 'ever');
    if ([category, level, number, validUntil].every((part) => part === undefined)) return undefined;
    return this.both('disabilityCategory', category, 'disabilityLevel', level, (kind, digit) => ({
      category: kind,
      level: Number(digit) as 1 | 2 | 3 | 4,
      ...given({ number, validUntil }),
    }));
  }

  private illnesses(): PersonDraft['illnesses'] {
    const kinds = (this.text('illness') ?? '')
      .split(/[,;，；、]/)
      .map((text) => text.trim())
      .filter((text) => text !== '');
    const name = this.text('illnessName');
    if (kinds.length === 0) return name === undefined ? undefined : this.refuse('VALUE_MISSING', 'illness');
    const illnesses = kinds.flatMap((text) => this.taken('illness', readWord(text, wordsOf.illness)) ?? []);
    return illnesses.map((kind, index) => ({ kind, ...(index === 0 && name !== undefined && { name }) }));
  }

  private schooling(): PersonDraft['schooling'] {
    const stage = this.word('schooling', wordsOf.schooling);
    const given = this.word('fullTime', wordsOf.yesNo);
    const school = this.text('school');
    if (stage === undefined) return undefined;
    if (given === undefined && !untilJuniorMiddle.includes(stage))
      return this.neededUnlessRefused('fullTime', undefined);
    const fullTime = given === undefined ? stage !== 'none' : given === 'yes';
    return { stage, fullTime, ...(school !== undefined && { school }) };
  }

  private employment(): PersonDraft['employment'] {
    const status = this.word('employment', wordsOf.employment);
    const employer = this.text('employer');
    return status && { status, ...(employer !== undefined && { employer }) };
  }

  private guardian(): PersonDraft['guardian'] {
    const name = this.name('guardianName');
    const relation = this.text('guardianRelation');
    const phone = this.phone('guardianPhone');
    if (name === undefined && relation === undefined) return undefined;
    return this.both('guardianName', name, 'guardianRelation', relation, (who, how) => ({
      name: who,
      relation: how,
      ...(phone !== undefined && { phone }),
    }));
  }

  private amounts(member: number): Amounts {
    const amounts: { [Name in keyof Amounts]: Amounts[Name][number][] } = { income: [], assets: [], spending: [] };
    for (const columns of this.context.heading.amounts) {
      const read = this.amount(columns);
      if (read === undefined) continue;
      const { kind, amount, months } = read;
      if (columns.group === 'asset')
        amounts.assets.push({ kind: kind as Amounts['assets'][number]['kind'], value: amount, member });
      else if (columns.group === 'income')
        amounts.income.push({ kind: kind as Amounts['income'][number]['kind'], amount, months, member });
      else amounts.spending.push({ kind: kind as Amounts['spending'][number]['kind'], amount, months, member });
    }
    return amounts;
  }

  /** An amount with its kind and months, of which none may be missing; undefined where the cells are empty or wrong. */
  private amount({ group, amount: at, kind, months }: AmountColumns) {
    const words: Words<string> = amountGroups[group].words;
    const before = this.problems.length;
    const kindGiven = typeof kind === 'string' ? kind : this.takenAt(kind.at, readWord(this.row.cells[kind.at], words));
    const amount = this.takenAt(at, readAmount(this.row.cells[at], group === 'income' ? 'any' : 'positive'));
    const monthsGiven =
      typeof months === 'object'
        ? this.takenAt(months.at, readCount(this.row.cells[months.at], 1, MOST_MONTHS))
        : (months ?? 1);
    if (this.problems.length > before) return undefined;
    const nothing = amount === undefined && (typeof kind === 'string' || kindGiven === undefined);
    if (nothing) return undefined;
    if (amount === undefined) return this.refuse('VALUE_MISSING', at);
    if (kindGiven === undefined) return this.refuse('VALUE_MISSING', typeof kind === 'string' ? at : kind.at);
    if (monthsGiven === undefined) return this.refuse('VALUE_MISSING', typeof months === 'object' ? months.at : at);
    return { kind: kindGiven, amount, months: monthsGiven };
  }
}

/** Stages that are always full-time. */
const untilJuniorMiddle: readonly string[] = ['none', 'kindergarten', 'primary', 'junior-middle'];

type Given<Parts extends object> = { [Key in keyof Parts]?: Exclude<Parts[Key], undefined> };

/** The parts that are there. */
function given<Parts extends object>(parts: Parts): Given<Parts> {
  const found: Given<Parts> = {};
  for (const key in parts)
    if (parts[key] !== undefined) found[key] = parts[key] as Exclude<(typeof parts)[typeof key], undefined>;
  return found;
}
