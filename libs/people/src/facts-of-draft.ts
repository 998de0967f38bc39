import { personal } from '#libs/event-sourcing';
import type { HouseholdCommand, HouseholdFact } from './domain/household.js';
import type { FactSource, Provenance } from './domain/facts.js';
import type { PersonCommand, PersonFact } from './domain/person.js';
import type { Identity } from './domain/person.facts.js';
import type { HouseholdDraft, PersonDraft } from './drafts.js';

/** What all facts of one registration have in common. */
export interface DraftContext {
  readonly area: string;
  readonly areaPath: string;
  readonly happenedOn: string;
  readonly knownOn: string;
  readonly source: FactSource;
  readonly document?: string;
  /** The id of the n-th thing that the command makes; the same on every try. */
  readonly idOf: (name: string) => string;
}

const provenance = (
  { happenedOn, knownOn, source, document, idOf }: DraftContext,
  name: string,
  from = happenedOn,
): Provenance => {
  const since = happenedOn < from ? from : happenedOn;
  return {
    factId: idOf(name),
    happenedOn: since,
    knownOn: knownOn < since ? since : knownOn,
    source,
    ...(document !== undefined && { document: personal(document) }),
  };
};

/** A new person as facts: who they are, and one for everything else that is known. None is older than the person. */
export function personFactsOf(
  identity: Identity,
  identityHash: string | undefined,
  draft: PersonDraft,
  context: DraftContext,
  name = 'person',
): Extract<PersonCommand, { type: 'RegisterPerson' }>['data'] {
  const { area, areaPath, idOf } = context;
  const of = (topic: string) => provenance(context, `${name}-${topic}`, identity.birthDate);
  const { hukou, address, phone, account, disability, illnesses, schooling, employment, ability } = draft;
  const { careNeedMonths, guardian } = draft;
  const facts: (PersonFact | undefined)[] = [
    hukou && {
      type: 'HukouRecorded',
      data: {
        ...of('hukou'),
        area: hukou.area,
        kind: hukou.kind,
        ...(hukou.address !== undefined && { address: personal(hukou.address) }),
      },
    },
    phone === undefined ? undefined : { type: 'PhoneRecorded', data: { ...of('phone'), phone: personal(phone) } },
    disability && { type: 'DisabilityCardRecorded', data: { ...of('card'), card: personal(disability) } },
    illnesses && { type: 'IllnessesRecorded', data: { ...of('illnesses'), illnesses: personal(illnesses) } },
    schooling && { type: 'SchoolingRecorded', data: { ...of('schooling'), schooling: personal(schooling) } },
    employment && { type: 'EmploymentRecorded', data: { ...of('employment'), employment: personal(employment) } },
    ability && { type: 'WorkAbilityRecorded', data: { ...of('ability'), ability: personal(ability) } },
    careNeedMonths === undefined
      ? undefined
      : { type: 'CareNeedRecorded', data: { ...of('care'), months: personal(careNeedMonths) } },
    guardian && { type: 'GuardianRecorded', data: { ...of('guardian'), guardian: personal(guardian) } },
    account && {
      type: 'AccountRecorded',
      data: { ...of('account-fact'), accountId: idOf(`${name}-account`), account: personal(account) },
    },
  ];
  return {
    registered: {
      ...of('identity'),
      area,
      areaPath,
      identity: personal(identity),
      ...(identityHash !== undefined && { identityHash }),
      ...(address !== undefined && { address: personal(address) }),
    },
    facts: facts.filter((fact) => fact !== undefined),
  };
}

/** A new household as facts, its members by their ids. */
export function householdFactsOf(
  draft: HouseholdDraft,
  personIds: readonly string[],
  number: string,
  context: DraftContext,
): Extract<HouseholdCommand, { type: 'RegisterHousehold' }>['data'] {
  const { area, areaPath, idOf } = context;
  const of = (topic: string) => provenance(context, `household-${topic}`);
  const whose = <Part extends { readonly member?: number }>({ member, ...part }: Part) => {
    const personId = member === undefined ? undefined : personIds[member];
    return { ...part, ...(personId !== undefined && { personId }) };
  };
  const { residence, singleFiling, income, assets, spending } = draft;
  const facts: (HouseholdFact | undefined)[] = [
    income && { type: 'IncomeDeclared', data: { ...of('income'), parts: personal(income.map(whose)) } },
    assets && { type: 'AssetsDeclared', data: { ...of('assets'), assets: personal(assets.map(whose)) } },
    spending && { type: 'SpendingDeclared', data: { ...of('spending'), parts: personal(spending.map(whose)) } },
  ];
  return {
    registered: {
      ...of('registration'),
      number,
      area,
      areaPath,
      residence,
      members: draft.members.map(({ relation, counts, notCounted }, index) => ({
        personId: personIds[index] as string,
        factId: idOf(`household-member-${index}`),
        relation,
        counts,
        ...(notCounted && { notCounted }),
      })),
      ...(singleFiling && { singleFiling }),
    },
    facts: facts.filter((fact) => fact !== undefined),
  };
}
