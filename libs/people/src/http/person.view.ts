import type { Personal } from '#libs/event-sourcing';
import type { Fact } from '../domain/facts.js';
import type { IdentityDocument } from '../domain/identity/document.js';
import type { DisabilityCard, Guardian, Identity } from '../domain/person.facts.js';
import { topicOn, type PersonTopic, type PersonTopics, type RegisteredPerson } from '../domain/person.js';
import type { LoadedPerson } from '../persons.js';
import type { FieldKind } from '../privacy/masks.js';
import type { ErasedView } from './facts.dto.js';
import type {
  AccountFactView,
  GuardianView,
  IdentityDocumentView,
  IdentityView,
  PersonView,
} from './person.view.dto.js';
import { present } from './present.js';
import { factView, openOf, originView, sightOfPerson, textOf, wholeOf, type Sight, type Viewer } from './sight.js';

/** A person as the viewer may see them, on the viewer's day. */
export const personView = (
  { id, person, revision, position }: LoadedPerson,
  viewer: Viewer,
  elsewhere: { readonly householdId?: string | undefined; readonly survivorId?: string | undefined } = {},
): PersonView => ({
  id,
  ...topicViews(person, viewer),
  ...present({ mergedInto: person.mergedInto, ...elsewhere }),
  ...{ revision, position },
});

type TopicViews = Omit<PersonView, 'id' | 'mergedInto' | 'survivorId' | 'householdId' | 'revision' | 'position'>;

/** What is known of a person on the viewer's day, topic by topic. */
export function topicViews(person: RegisteredPerson, viewer: Viewer): TopicViews {
  const sight = sightOfPerson(person, viewer);
  const of = <Topic extends PersonTopic, View>(
    topic: Topic,
    kind: FieldKind,
    view: (value: PersonTopics[Topic]) => View | undefined,
  ) => factView(topicOn(person, topic, viewer.day), kind, sight, view);
  const whole = <Value, View>(kind: FieldKind, view: (value: Value) => View) => {
    return (field: Personal<Value>) => wholeOf(sight, kind, field, view);
  };
  const death = topicOn(person, 'death', viewer.day);
  return present({
    identity: of('identity', 'id-number', ({ identity }) => identityView(identity, sight)),
    hukou: of('hukou', 'address', ({ area, kind, address }) => ({ area, kind, ...addressView(address, sight) })),
    residence: of('residence', 'address', ({ area, address }) => ({ area, ...addressView(address, sight) })),
    phone: of('phone', 'phone', (phone) => openOf(sight, 'phone', phone, (value) => phoneView(value, sight))),
    disability: of(
      'disability',
      'health',
      whole('health', (card) => card && cardView(card, sight)),
    ),
    illnesses: of(
      'illnesses',
      'health',
      whole('health', (illnesses) => illnesses.map(copy)),
    ),
    schooling: of('schooling', 'particulars', whole('particulars', copy)),
    employment: of('employment', 'means', whole('means', copy)),
    ability: of('ability', 'health', whole('health', same)),
    careNeed: of('careNeed', 'health', whole('health', same)),
    guardian: of('guardian', 'name', (field) => openOf(sight, 'name', field, (value) => guardianView(value, sight))),
    death: death && originView(death, 'particulars', sight),
    account: accountView(topicOn(person, 'account', viewer.day), sight),
    // It waits now: it belongs to no past day.
    proposedAccount: viewer.day < viewer.today ? undefined : accountView(person.proposedAccount, sight),
  });
}

const same = <Value>(value: Value): Value => value;
const copy = <Value extends object | null>(value: Value): Value => (value === null ? value : { ...value });

/** Who a person is, field by field. */
function identityView(field: Personal<Identity>, sight: Sight): IdentityView | ErasedView | undefined {
  return openOf(sight, 'name', field, ({ name, otherName, document, birthDate, sex, ethnicGroup }) =>
    present({
      name: plain(sight, 'name', name),
      otherName: plain(sight, 'name', otherName),
      document: sight('id-number') === 'hidden' ? undefined : documentView(document, sight),
      birthDate: plain(sight, 'birth-date', birthDate),
      ...(sight('particulars') === 'full' && { sex, ethnicGroup }),
    }),
  );
}

/** A text of a field that is open already. */
const plain = (sight: Sight, kind: FieldKind, text: string | undefined): string | undefined =>
  textOf(sight, kind, text) as string | undefined;

function documentView(document: IdentityDocument, sight: Sight): IdentityDocumentView {
  if (document.kind === 'none' || document.kind === 'unknown') return { kind: document.kind };
  const { kind, number, ...rest } = document;
  return {
    kind,
    ...present({ number: plain(sight, 'id-number', number) }),
    ...(sight('id-number') === 'full' && rest),
  };
}

/** The number of a disability card begins with the whole identity number. */
const cardView = ({ number, ...card }: DisabilityCard, sight: Sight): DisabilityCard => ({
  ...card,
  ...present({ number: plain(sight, 'id-number', number) }),
});

const addressView = (address: Personal<string> | undefined, sight: Sight) =>
  present({ address: textOf(sight, 'address', address) });

const phoneView = (phone: string | null, sight: Sight): string | null =>
  phone === null ? null : (plain(sight, 'phone', phone) ?? null);

const guardianView = (guardian: Guardian | null, sight: Sight): GuardianView | null =>
  guardian && {
    relation: guardian.relation,
    ...present({
      name: plain(sight, 'name', guardian.name),
      personId: guardian.personId,
      phone: plain(sight, 'phone', guardian.phone),
    }),
  };

/** A bank account, its number as the role is shown it. */
function accountView(fact: Fact<PersonTopics['account']> | undefined, sight: Sight): AccountFactView | undefined {
  const view = factView(fact, 'account', sight, ({ account }) =>
    openOf(sight, 'account', account, ({ bank, number, holder }) => ({
      bank,
      ...present({ number: plain(sight, 'account', number), holder: plain(sight, 'name', holder) }),
    })),
  );
  return fact && view && { accountId: fact.value.accountId, ...view };
}

/** A person's name as it is shown in lists. */
export const nameView = (person: RegisteredPerson, viewer: Viewer): string | ErasedView | undefined => {
  const identity = topicOn(person, 'identity', viewer.day)?.value.identity;
  const sight = sightOfPerson(person, viewer);
  return identity && openOf(sight, 'name', identity, ({ name }) => plain(sight, 'name', name) ?? '');
};
