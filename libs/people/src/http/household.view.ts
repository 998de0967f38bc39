import type { Personal } from '#libs/event-sourcing';
import type { Fact } from '../domain/facts.js';
import type { LiableRelative } from '../domain/household.facts.js';
import {
  membersOn,
  topicOn,
  type HouseholdTopic,
  type HouseholdTopics,
  type Member,
  type RegisteredHousehold,
} from '../domain/household.js';
import { factOn } from '../domain/facts.js';
import type { LoadedHousehold } from '../households.js';
import type { LoadedPerson } from '../persons.js';
import type { FieldKind } from '../privacy/masks.js';
import type { HouseholdView, LiableRelativeFactView, MemberPersonView, MemberView } from './household.view.dto.js';
import type { ErasedView } from './facts.dto.js';
import { topicViews } from './person.view.js';
import type { IdentityView } from './person.view.dto.js';
import { present } from './present.js';
import {
  factView,
  openOf,
  originView,
  sightOf,
  sightOfPerson,
  textOf,
  wholeOf,
  type Sight,
  type Viewer,
} from './sight.js';

/**
 * A household as the viewer may see it, on the viewer's day, with its members by their own streams. Who is not among the persons
 * is not the viewer's to see: of them it shows what is the household's.
 */
export function householdView(
  { id, household, revision, position }: LoadedHousehold,
  persons: ReadonlyMap<string, LoadedPerson>,
  viewer: Viewer,
): HouseholdView {
  const sight = sightOf(viewer.role);
  const of = <Topic extends HouseholdTopic, View>(
    topic: Topic,
    kind: FieldKind,
    view: (value: HouseholdTopics[Topic]) => View | undefined,
  ) => factView(topicOn(household, topic, viewer.day), kind, sight, view);
  const means = <Part extends object>(field: Personal<readonly Part[]>) =>
    wholeOf(sight, 'means', field, (parts) => parts.map((part) => ({ ...part })));
  const filing = topicOn(household, 'singleFiling', viewer.day);
  const sightOfFiling = filing && persons.has(filing.value.personId) ? sight : nothing;
  return {
    id,
    number: household.number,
    ...present({
      splitFrom: household.splitFrom,
      place: of('place', 'address', ({ area, residence, address }) => ({
        ...{ area, residence },
        ...present({ address: textOf(sight, 'address', address) }),
      })),
    }),
    members: membersOn(household, viewer.day).map((member) => memberView(member, persons.get(member.personId), viewer)),
    ...present({
      singleFiling: factView(filing, 'health', sightOfFiling, ({ personId, ground }) => ({
        personId,
        ...(sightOfFiling('health') === 'full' && { ground }),
      })),
      income: of('income', 'means', means),
      assets: of('assets', 'means', means),
      spending: of('spending', 'means', means),
    }),
    liableRelatives: relativeViews(household, viewer, sight),
    ...present({ ended: of('ended', 'name', (ended) => ({ ...ended })) }),
    ...{ revision, position },
  };
}

const nothing: Sight = () => 'hidden';

/** Why somebody does not count may say that they are ill, imprisoned or of a faith: it is shown like data about health. */
function memberView(member: Member, loaded: LoadedPerson | undefined, viewer: Viewer): MemberView {
  const { personId, relation, counts, notCounted, fact } = member;
  const sight = loaded ? sightOfPerson(loaded.person, viewer) : nothing;
  return {
    ...{ personId, relation, counts },
    ...(sight('health') === 'full' && notCounted !== undefined && { notCounted }),
    ...originView(fact, 'health', sight),
    person: loaded ? memberPersonView(loaded, viewer) : {},
    ...present({ personRevision: loaded?.revision }),
  };
}

function memberPersonView({ person }: LoadedPerson, viewer: Viewer): MemberPersonView {
  const { identity, disability, careNeed, account, proposedAccount, death } = topicViews(person, viewer);
  return {
    ...whoOf(identity?.value),
    ...present({
      disability: disability?.value,
      careNeedMonths: careNeed?.value,
      account,
      proposedAccount,
      diedOn: death?.happenedOn,
      mergedInto: person.mergedInto,
    }),
  };
}

/** What a household's page shows of who somebody is; where it is erased, the name says so. */
function whoOf(known: IdentityView | ErasedView | undefined): MemberPersonView {
  if (known === undefined) return {};
  if ('erased' in known) return { name: known };
  const { name, document, birthDate, sex } = known;
  return present({ name, document, birthDate, sex });
}

/** Those who have a duty on the day. */
function relativeViews({ relatives }: RegisteredHousehold, { day }: Viewer, sight: Sight): LiableRelativeFactView[] {
  return [...relatives].flatMap(([relativeId, timeline]) => {
    const fact: Fact<Personal<LiableRelative | null>> | undefined = factOn(timeline, day);
    const view = factView(fact, 'name', sight, (field) =>
      openOf(sight, 'name', field, (relative) => relative && relativeView(relative, sight)),
    );
    if (view === undefined || view.value === null) return [];
    const { value, ...origin } = view;
    return [{ relativeId, ...origin, value }];
  });
}

const relativeView = ({ name, relation, personId, phone, monthlySupport }: LiableRelative, sight: Sight) => ({
  relation,
  ...present({
    name: textOf(sight, 'name', name) as string | undefined,
    personId,
    phone: textOf(sight, 'phone', phone) as string | undefined,
    ...(sight('means') === 'full' && { monthlySupport }),
  }),
});
