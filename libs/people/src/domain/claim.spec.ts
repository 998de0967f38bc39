import { describe, it } from '@jest/globals';
import { specFor } from '#libs/event-sourcing/spec';
import { claimDecider } from './claim.js';
import type { ClaimEvent } from './claim.events.js';

const given = specFor(claimDecider, undefined);
const mine = { owner: 'person-1', commandId: 'c1' };
const theirs = { owner: 'person-2', commandId: 'c2' };
const wish = { ...mine, kind: 'identity', expectedRevision: 'no_stream' } as const;
const reserve = { type: 'Reserve', data: wish } as const;
const confirm = { type: 'Confirm', data: mine } as const;
const abandon = { type: 'Abandon', data: mine } as const;
const release = { type: 'Release', data: { owner: mine.owner, reason: 'erased' } } as const;
const reserved: ClaimEvent = { type: 'ClaimReserved', data: wish };
const confirmed: ClaimEvent = { type: 'ClaimConfirmed', data: mine };
const taken: ClaimEvent = { type: 'ClaimReserved', data: { ...wish, ...theirs } };
const abandoned: ClaimEvent = { type: 'ClaimReleased', data: { ...mine, reason: 'abandoned' } };
const erased: ClaimEvent = { type: 'ClaimReleased', data: { ...mine, reason: 'erased' } };

describe('a claim', () => {
  it('is reserved while it is free, and taken for all others from then on', () => {
    given().when(reserve).thenRecords(reserved);
    given(taken).when(reserve).thenRefuses('CLAIM_TAKEN');
    given(reserved, confirmed)
      .when({ type: 'Reserve', data: { ...wish, commandId: 'c3' } })
      .thenRefuses('CLAIM_TAKEN');
  });

  it('is the command’s already when it asks again, unless its revision is another by now', () => {
    given(reserved).when(reserve).thenNothing();
    given(reserved, confirmed).when(reserve).thenNothing();
    const later = { ...wish, expectedRevision: '4' };
    given(reserved).when({ type: 'Reserve', data: later }).thenRecords({ type: 'ClaimReserved', data: later });
  });

  it('is confirmed by who reserved it, once', () => {
    given(reserved).when(confirm).thenRecords(confirmed);
    given(reserved, confirmed).when(confirm).thenNothing();
    given(taken).when(confirm).thenRefuses('CLAIM_TAKEN');
    given().when(confirm).thenRefuses('CLAIM_TAKEN');
  });

  it('is free again when its reservation is abandoned, but never for that command', () => {
    given(reserved).when(abandon).thenRecords(abandoned);
    given(reserved, abandoned).when(reserve).thenRefuses('COMMAND_ABANDONED');
    given(reserved, abandoned).when(confirm).thenRefuses('COMMAND_ABANDONED');
    given(reserved, abandoned)
      .when({ type: 'Reserve', data: { ...wish, ...theirs } })
      .thenRecords(taken);
  });

  it('that is confirmed, or another’s, cannot be abandoned', () => {
    given(reserved, confirmed).when(abandon).thenNothing();
    given(taken).when(abandon).thenNothing();
  });

  it('is released by its owner and by nobody else', () => {
    given(reserved, confirmed).when(release).thenRecords(erased);
    given(reserved, confirmed, erased).when(release).thenNothing();
    given(taken).when(release).thenNothing();
    given(reserved, confirmed, erased).when(reserve).thenRecords(reserved);
  });
});
