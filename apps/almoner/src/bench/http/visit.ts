/** The officer who sends it: the name for the token, and the token's subject. */
export const officer = { name: 'bench', subject: 'development:bench', role: 'township-officer', area: '430225100201' };

/** How many cases there are in the database before the visits, and in memory; request `n` goes to case `n % cases`. */
export const caseCount = (quick: boolean): number => (quick ? 2_000 : 20_000);
export const casesInMemory = 200_000;

/** The household of all these cases, and its one member. */
export const householdId = '00000000-0000-4000-9000-000000000001';
export const personId = '00000000-0000-4000-a000-000000000001';

/** The id of the n-th case; {@link caseIdSql} is the same in SQL. */
export const caseId = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
export const caseIdSql = (n: string): string => `'00000000-0000-4000-8000-' || lpad(to_hex(${n}), 12, '0')`;

/** The day of the application and of the visit. */
export const day = '2025-09-01';

/** The body of a visit, 350 bytes. */
export const visitBody = {
  visitedOn: day,
  investigators: [officer.subject, 'development:second'],
  memberPresent: personId,
  findings: 'House of two rooms, walls dry, roof repaired in spring. Two hens, no cattle. Stove and one bed. '.repeat(
    2,
  ),
};

const written = { happenedOn: day, knownOn: day };
const place = { area: '430225100201', areaPath: '430000.430200.430225.430225100.430225100201', residence: 'rural' };

/** What the log holds of the household and of each case before. */
export const householdRegistered = {
  type: 'HouseholdRegistered',
  data: {
    ...written,
    ...place,
    factId: householdId,
    source: 'declared',
    number: '430225-2025-000001',
    members: [{ personId, factId: personId, relation: 'applicant', counts: true }],
  },
} as const;
export const applicationSubmitted = {
  type: 'ApplicationSubmitted',
  data: { ...written, ...place, number: '430225-2025-000002', scheme: 'dibao', householdId },
} as const;
export const applicationAccepted = { type: 'ApplicationAccepted', data: { by: 'other', decidedOn: day } } as const;

/** Metadata of those events. */
export const before = {
  actor: 'other',
  role: 'township-officer',
  area: '430225',
  commandId: 'before',
  schemaVersion: '1',
};

/** What a command is answered with: what the bare server sends too. */
export const exampleAnswer = {
  id: caseId(1),
  revision: '2',
  position: '100000',
  number: applicationSubmitted.data.number,
};
