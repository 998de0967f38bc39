import { invalid } from '#libs/platform';
import type { Standing } from '../domain/household.facts.js';
import type { IdentityDocument } from '../domain/identity/document.js';
import type { Identity } from '../domain/person.facts.js';
import type { HouseholdDraft, MemberDraft, PersonDraft } from '../drafts.js';
import type { MemberBody, RegisterHouseholdBody, StandingBody } from './household.dto.js';
import type { IdentityBody, IdentityDocumentBody, PersonBody } from './person.dto.js';
import { present } from './present.js';

/** A document of a body that was checked: what its kind has is there. */
function documentOf({ kind, number = '', issuer = '', name = '' }: IdentityDocumentBody): IdentityDocument {
  switch (kind) {
    case 'resident-number':
      return { kind, number };
    case 'passport':
      return { kind, issuer, number };
    case 'other':
      return { kind, name, issuer, number };
    case 'none':
    case 'unknown':
      return { kind };
  }
}

/** Who a person is, as it was written down; without a word about papers there are none at hand. */
export const identityOf = ({ name, otherName, document, birthDate, sex, ethnicGroup }: IdentityBody): Identity => ({
  name,
  document: documentOf(document ?? { kind: 'none' }),
  ...present({ otherName, birthDate, sex, ethnicGroup }),
});

/** A person to be registered. */
export function personDraftOf(body: PersonBody): PersonDraft {
  const { hukou, address, phone, account, disability, illnesses, schooling, employment, ability } = body;
  const { careNeedMonths, guardian } = body;
  return {
    identity: identityOf(body),
    ...present({ hukou, address, phone, account, disability, illnesses, schooling, employment, ability }),
    ...present({ careNeedMonths, guardian }),
  };
}

/** Who counts, where nothing is said: everyone for whom no reason against it is given. */
export const standingOf = ({ relation, counts, notCounted }: StandingBody): Standing => ({
  relation,
  counts: counts ?? notCounted === undefined,
  ...present({ notCounted }),
});

const memberOf = ({ personId, person, ...standing }: MemberBody): MemberDraft => ({
  ...standingOf(standing),
  ...(person ? { person: personDraftOf(person) } : { personId: personId ?? '' }),
});

/** A household to be registered. @throws Problem 400 where something is said to be of a member who is not named */
export function householdDraftOf(body: RegisterHouseholdBody): HouseholdDraft {
  const { area, residence, happenedOn, knownOn, document, singleFiling, members, income, assets, spending } = body;
  for (const [name, parts] of Object.entries({ income, assets, spending }))
    for (const [index, { member = 0 }] of (parts ?? []).entries())
      if (member >= members.length)
        throw invalid({ pointer: `/${name}/${index}/member`, code: 'max', details: { limit: members.length - 1 } });
  return {
    ...{ area, residence },
    ...present({ happenedOn, knownOn, document, singleFiling }),
    members: members.map(memberOf),
    ...present({ income, assets, spending }),
  };
}
