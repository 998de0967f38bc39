import type { RegistrationAbandoned } from '#libs/event-sourcing';
import type { ClaimEvent } from '#libs/people';
import type { Golden } from './golden.js';

const claimant = {
  owner: 'person-3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a01',
  commandId: 'b5f8a9a0-6a3e-5b7e-8f55-0d1d5a1f0c02',
};

/** What the stored events of claims say, in the shape of today; index 0 is what was stored in version 1. */
export const claimGolden: Golden<ClaimEvent | RegistrationAbandoned> = {
  ClaimReserved: [{ ...claimant, kind: 'identity', expectedRevision: 'no_stream' }],
  ClaimConfirmed: [claimant],
  ClaimReleased: [{ ...claimant, reason: 'abandoned' }],
  RegistrationAbandoned: [{ commandId: claimant.commandId }],
};
