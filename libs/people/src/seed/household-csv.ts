import type { HouseholdDraft, MemberDraft, PersonDraft } from '../drafts.js';
import { amountGroups, columns, type AmountGroup, type ColumnKey } from '../import/columns.js';
import { csvLine } from '../import/csv-parser.js';

/** How many amounts of a group one row has room for. */
const ROOM: Readonly<Record<AmountGroup, number>> = { income: 8, asset: 8, spending: 6 };

type Cells = Readonly<Partial<Record<ColumnKey, string | undefined>>>;

/** The columns that files of made-up households have. */
const keys = (Object.keys(columns) as ColumnKey[]).filter((key) => key !== 'source');
const groups = Object.keys(ROOM) as AmountGroup[];

/** The first line of a file of households in the format of the import, with the mark by which Excel knows UTF-8. */
export function householdCsvHeader(language: 'en' | 'zh'): string {
  const amounts = groups.flatMap((group) =>
    Array.from({ length: ROOM[group] }, (_, index) =>
      Object.values(amountGroups[group][language]).map((heading) => heading.replace(/[(（]|$/, `${index + 1}$&`)),
    ).flat(),
  );
  return `\ufeff${csvLine([...keys.map((key) => columns[key][language]), ...amounts])}`;
}

/**
 * The lines of a household, one for each member. What belongs to nobody in particular stands with the first; grounds on
 * which income is left out, and how many there are of an asset, have no column and are lost.
 * @param reference tells the households of the file apart
 * @throws RangeError for a member with more amounts than there are columns
 */
export function householdCsv(draft: HouseholdDraft, reference: string): string {
  return draft.members
    .map((member, place) => {
      const cells: Cells = {
        household: reference,
        area: draft.area,
        residence: draft.residence,
        ...(place === 0 && { singleFiling: draft.singleFiling, happenedOn: draft.happenedOn, knownOn: draft.knownOn }),
        ...standingCells(member),
        ...('person' in member && personCells(member.person)),
      };
      return csvLine([...keys.map((key) => cells[key] ?? ''), ...amountCells(draft, place)]);
    })
    .join('');
}

const standingCells = ({ relation, counts, notCounted }: MemberDraft): Cells => ({
  relation,
  counts: counts ? 'yes' : 'no',
  notCounted,
});

function personCells(person: PersonDraft): Cells {
  const { identity, hukou, account, disability, illnesses = [], schooling, employment, guardian } = person;
  const { document } = identity;
  return {
    name: identity.name,
    otherName: identity.otherName,
    documentKind: document.kind,
    documentNumber: 'number' in document ? document.number : undefined,
    documentIssuer: 'issuer' in document ? document.issuer : undefined,
    documentName: 'name' in document ? document.name : undefined,
    birthDate: identity.birthDate,
    sex: identity.sex,
    ethnicGroup: identity.ethnicGroup,
    hukouArea: hukou?.area,
    hukouKind: hukou?.kind,
    hukouAddress: hukou?.address,
    address: person.address,
    phone: person.phone,
    bank: account?.bank,
    accountNumber: account?.number,
    accountHolder: account?.holder,
    disabilityCategory: disability?.category,
    disabilityLevel: disability && String(disability.level),
    disabilityNumber: disability?.number,
    disabilityUntil: disability?.validUntil,
    illness: illnesses.map(({ kind }) => kind).join(','),
    illnessName: illnesses.flatMap(({ name }) => name ?? []).join(','),
    schooling: schooling?.stage,
    fullTime: schooling && (schooling.fullTime ? 'yes' : 'no'),
    school: schooling?.school,
    employment: employment?.status,
    employer: employment?.employer,
    ability: person.ability,
    careMonths: person.careNeedMonths?.toString(),
    guardianName: guardian?.name,
    guardianRelation: guardian?.relation,
    guardianPhone: guardian?.phone,
  };
}

/** In the order of the header: kind, amount, months. */
function amountCells({ income = [], assets = [], spending = [] }: HouseholdDraft, place: number): string[] {
  const row = <Part extends { readonly member?: number }>(
    group: AmountGroup,
    parts: readonly Part[],
    cellsOf: (part: Part) => string[],
  ): string[] => {
    const own = parts.filter(({ member = 0 }) => member === place);
    if (own.length > ROOM[group]) throw new RangeError(`more than ${ROOM[group]} amounts of a kind for one member`);
    const width = Object.keys(amountGroups[group].en).length;
    const cells = own.flatMap(cellsOf);
    return [...cells, ...Array.from({ length: ROOM[group] * width - cells.length }, () => '')];
  };
  return [
    ...row('income', income, ({ kind, amount, months }) => [kind, yuan(amount), String(months)]),
    ...row('asset', assets, ({ kind, value }) => [kind, yuan(value)]),
    ...row('spending', spending, ({ kind, amount, months }) => [kind, yuan(amount), String(months)]),
  ];
}

/** Fen as yuan with two decimals, by whole numbers alone. */
function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
