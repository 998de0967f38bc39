import { readJson } from './log.mjs';

/**
 * What only one may have, one has (P9): every claim belongs to one owner at a time, an owner that has it for good holds the event for
 * which it was claimed, a command that was given up has left none, whoever was registered with a number held its claim then, and
 * nobody counts in two households. Claims, persons and households are folded by hand.
 */
export function checkClaims(log, find) {
  const holders = new Map();
  for (const [stream, events] of log.streams)
    if (stream.startsWith('claim-')) holders.set(stream, foldClaim(stream, events, log, find));
  for (const [stream, events] of log.streams)
    if (stream.startsWith('person-')) checkNumbers(stream, events, holders, find);
  checkMembers(log, find);
}

/** Who had the claim, one holder after the other, each with the positions between which it was theirs. */
function foldClaim(stream, events, log, find) {
  const past = [];
  let holder;
  for (const { type, data, position } of events) {
    const { owner, commandId, reason } = readJson(data) ?? {};
    const place = `${stream} at position ${position}`;
    if (type === 'ClaimReserved') {
      if (holder !== undefined && (holder.owner !== owner || holder.commandId !== commandId))
        find('P9', `${place} is reserved for ${owner} while ${holder.owner} has it`);
      holder = { owner, commandId, from: holder?.from ?? position, to: undefined, confirmed: false };
      past.push(holder);
    } else if (holder?.owner !== owner || holder.commandId !== commandId) {
      find(
        'P9',
        `${place} is ${type === 'ClaimConfirmed' ? 'confirmed for' : 'released by'} ${owner}, who does not have it`,
      );
    } else if (type === 'ClaimConfirmed') {
      holder.confirmed = true;
      if (effectsOf(holder, log).length === 0)
        find('P9', `${place} is confirmed for ${owner}, which holds no event of command ${commandId}`);
    } else if (type === 'ClaimReleased') {
      if (reason === 'abandoned') checkAbandoned(place, holder, log, find);
      holder.to = position;
      holder = undefined;
    }
  }
  return past;
}

const effectsOf = ({ owner, commandId }, log) =>
  (log.byCommand.get(commandId) ?? []).filter(({ stream }) => stream === owner);

function checkAbandoned(place, holder, log, find) {
  const { owner, commandId } = holder;
  const said = (log.streams.get(owner) ?? []).some(
    ({ type, data }) => type === 'RegistrationAbandoned' && readJson(data)?.commandId === commandId,
  );
  if (!said) find('P9', `${place} was given up without a word in ${owner}`);
  if (effectsOf(holder, log).length > 0)
    find('P9', `${place} was given up, and ${owner} holds an event of ${commandId}`);
}

/** Whoever is registered with a number holds its claim at that moment. */
function checkNumbers(stream, events, holders, find) {
  for (const { type, data, position } of events) {
    const hash = type === 'PersonRegistered' ? readJson(data)?.identityHash : undefined;
    if (hash === undefined) continue;
    const held = (holders.get(`claim-${hash}`) ?? []).some(
      ({ owner, from, to }) => owner === stream && from < position && (to === undefined || position < to),
    );
    if (!held) find('P9', `${stream} was registered at position ${position} with a number that was not claimed for it`);
  }
}

function checkMembers(log, find) {
  const homes = new Map();
  for (const [stream, events] of log.streams) {
    if (!stream.startsWith('household-')) continue;
    for (const personId of countingIn(events)) homes.set(personId, [...(homes.get(personId) ?? []), stream]);
  }
  for (const [personId, streams] of homes)
    if (streams.length > 1) find('P9', `person ${personId} counts in ${streams.join(' and in ')}`);
}

/** Who counts in the end: of each member the fact that happened last, of those of one day the one recorded last. */
function countingIn(events) {
  const facts = [];
  const note = (personId, { factId, happenedOn, corrects }, counts) => {
    drop(corrects);
    facts.push({ personId, factId, happenedOn, counts });
  };
  const drop = (factId) => {
    for (let at = facts.length - 1; at >= 0; at--)
      if (factId !== undefined && facts[at].factId === factId) facts.splice(at, 1);
  };
  for (const { type, data: bytes } of events) {
    const data = readJson(bytes) ?? {};
    if (type === 'HouseholdRegistered')
      for (const { personId, factId, counts } of data.members) note(personId, { ...data, factId }, counts);
    if (type === 'MemberJoined' || type === 'MemberStandingChanged') note(data.personId, data, data.counts);
    if (type === 'MemberLeft') note(data.personId, data, false);
    if (type === 'HouseholdSplit' || type === 'HouseholdMerged')
      for (const { personId } of data.members) note(personId, { ...data, corrects: undefined }, false);
    if (type === 'HouseholdFactWithdrawn') drop(data.factId);
  }
  const last = new Map();
  for (const fact of facts) {
    const known = last.get(fact.personId);
    if (known === undefined || fact.happenedOn >= known.happenedOn) last.set(fact.personId, fact);
  }
  return [...last.values()].flatMap(({ personId, counts }) => (counts ? [personId] : []));
}
