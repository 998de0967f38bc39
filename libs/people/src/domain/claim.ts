import { refuse, type Decider, type RefusalTexts } from '#libs/event-sourcing/decider';
import type { Claimant, ClaimEvent, ClaimKind, ReleaseReason } from './claim.events.js';

/** Why a claim is refused. The texts tell nothing of who has it. */
export const claimRefusals = {
  CLAIM_TAKEN: { status: 409, en: 'This is registered already.', zh: '该事项已登记。' },
  COMMAND_ABANDONED: {
    status: 409,
    en: 'This took too long and was given up: begin again.',
    zh: '办理超时，已终止，请重新提交。',
  },
} as const satisfies RefusalTexts;

export type ClaimRefusal = keyof typeof claimRefusals;

export type ClaimCommand =
  | {
      readonly type: 'Reserve';
      readonly data: Claimant & { readonly kind: ClaimKind; readonly expectedRevision: string };
    }
  | { readonly type: 'Confirm'; readonly data: Claimant }
  /** By the owner, whatever command got it. */
  | { readonly type: 'Release'; readonly data: { readonly owner: string; readonly reason: ReleaseReason } }
  /** Of a reservation that was abandoned in the owner's stream. */
  | { readonly type: 'Abandon'; readonly data: Claimant };

interface Past {
  /** Commands whose reservation was given up: they get it no more. */
  readonly abandoned: readonly string[];
}

export type Claim = Past &
  (
    | { readonly status: 'free' }
    | (Claimant & { readonly status: 'reserved'; readonly expectedRevision: string })
    | (Claimant & { readonly status: 'confirmed' })
  );

const has = (claim: Claim, { owner, commandId }: Claimant): claim is Exclude<Claim, { status: 'free' }> =>
  claim.status !== 'free' && claim.owner === owner && claim.commandId === commandId;

/**
 * Something that only one may have: reserved, then confirmed once the owner's event is in the log, then released. The
 * reservation names the revision at which that event will stand, so that it can be decided for good whether it came.
 */
export const claimDecider: Decider<Claim, ClaimCommand, ClaimEvent, undefined> = {
  initial: { status: 'free', abandoned: [] },
  decide(command, claim) {
    switch (command.type) {
      case 'Reserve': {
        const { data } = command;
        if (claim.abandoned.includes(data.commandId)) return refuse<ClaimRefusal>('COMMAND_ABANDONED');
        if (claim.status === 'free') return [{ type: 'ClaimReserved', data }];
        if (!has(claim, data)) return refuse<ClaimRefusal>('CLAIM_TAKEN');
        const stands = claim.status === 'confirmed' || claim.expectedRevision === data.expectedRevision;
        return stands ? [] : [{ type: 'ClaimReserved', data }];
      }
      case 'Confirm':
        if (claim.abandoned.includes(command.data.commandId)) return refuse<ClaimRefusal>('COMMAND_ABANDONED');
        if (!has(claim, command.data)) return refuse<ClaimRefusal>('CLAIM_TAKEN');
        return claim.status === 'confirmed' ? [] : [{ type: 'ClaimConfirmed', data: command.data }];
      case 'Release': {
        const { owner, reason } = command.data;
        if (claim.status === 'free' || claim.owner !== owner) return [];
        return [{ type: 'ClaimReleased', data: { owner, commandId: claim.commandId, reason } }];
      }
      case 'Abandon':
        if (!has(claim, command.data) || claim.status === 'confirmed') return [];
        return [{ type: 'ClaimReleased', data: { ...command.data, reason: 'abandoned' } }];
    }
  },
  evolve({ abandoned }, event) {
    switch (event.type) {
      case 'ClaimReserved': {
        const { owner, commandId, expectedRevision } = event.data;
        return { status: 'reserved', owner, commandId, expectedRevision, abandoned };
      }
      case 'ClaimConfirmed':
        return { status: 'confirmed', ...event.data, abandoned };
      case 'ClaimReleased': {
        const { reason, commandId } = event.data;
        return { status: 'free', abandoned: reason === 'abandoned' ? [...abandoned, commandId] : abandoned };
      }
    }
  },
};
