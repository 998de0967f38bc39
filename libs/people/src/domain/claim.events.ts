import type { EventRegister, RegistrationAbandoned } from '#libs/event-sourcing/decider';

/** What can be claimed: a person's identity, a place as a counting member, the one open case of a scheme. */
export const claimKinds = ['identity', 'membership', 'open-case'] as const;
export type ClaimKind = (typeof claimKinds)[number];

/** Why a claim is free again. `abandoned`: what it was reserved for never followed. */
export const releaseReasons = ['abandoned', 'given-up', 'merged', 'erased'] as const;
export type ReleaseReason = (typeof releaseReasons)[number];

/** Who claims: the stream that the thing belongs to, and the command that asked. */
export interface Claimant {
  readonly owner: string;
  readonly commandId: string;
}

/** Nobody else may have it, as long as the owner's event may still follow at that revision. */
export type ClaimReserved = {
  readonly type: 'ClaimReserved';
  readonly data: Claimant & {
    readonly kind: ClaimKind;
    /** The revision of the owner's stream that its event builds on, in digits; `no_stream` for a new owner. */
    readonly expectedRevision: string;
  };
};

export type ClaimConfirmed = { readonly type: 'ClaimConfirmed'; readonly data: Claimant };

export type ClaimReleased = {
  readonly type: 'ClaimReleased';
  readonly data: Claimant & { readonly reason: ReleaseReason };
};

export type ClaimEvent = ClaimReserved | ClaimConfirmed | ClaimReleased;

/** The stored names with the version of each shape and what it says. */
export const claimEventTypes = {
  category: 'claim',
  source: 'libs/people/src/domain/claim.events.ts',
  en: 'One thing that only one may have, named by its keyed hash: an identity number, a person’s membership, a household’s open case of a scheme.',
  zh: '只能由一方占有的事项，以密钥散列命名：一个身份号码、一人的家庭成员资格、一户某项救助的在办案件。',
  types: {
    ClaimReserved: {
      version: 1,
      en: 'It was reserved for an owner, whose event follows',
      zh: '为归属方预留，待其事件入册',
    },
    ClaimConfirmed: { version: 1, en: 'The owner’s event is recorded; it has it', zh: '归属方事件已入册，占有成立' },
    ClaimReleased: { version: 1, en: 'It is free again, with the reason', zh: '解除占有，附原因' },
    RegistrationAbandoned: {
      version: 1,
      en: 'In the stream of the owner: a command that reserved something and was not heard of again is over',
      zh: '记于归属方的流中：已预留而未再继续的指令就此终止',
    },
  },
} as const satisfies EventRegister<(ClaimEvent | RegistrationAbandoned)['type']>;
