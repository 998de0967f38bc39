import { refuse, type DecisionContext, type Decider, type Refusal } from '#libs/event-sourcing/decider';
import type { RetentionClass } from '../domain/identity/field-class.js';
import type {
  ErasureCompleted,
  ErasureEvent,
  ErasureGround,
  ErasureRefused,
  ErasureRequested,
  Hold,
  RefusalReason,
  SubjectKeyDestroyed,
  SubjectKind,
} from './erasure.events.js';
import type { ErasureRefusalCode } from './erasure.refusals.js';

/** What stands against an erasure today, and the first day on which nothing does; left out where that is not foreseeable. */
export interface HoldFindings {
  readonly holds: readonly Hold[];
  readonly possibleFrom?: string;
}

/** What a decision on a request rests on besides the request itself, as found at the time. */
export interface ErasureFacts extends HoldFindings {
  /** Members, past ones too, of a household whose own keys of these terms still live. */
  readonly membersNotErased: number;
  /** Terms of the subject that are destroyed already. */
  readonly destroyed: readonly RetentionClass[];
}

export type ErasureContext = Pick<DecisionContext, 'today' | 'by' | 'role'> & { readonly facts?: ErasureFacts };

export type ErasureCommand =
  | {
      readonly type: 'RequestErasure';
      readonly data: {
        readonly subject: string;
        readonly kind: SubjectKind;
        readonly retentions: readonly RetentionClass[];
        readonly ground: ErasureGround;
        readonly area: string;
        readonly areaPath: string;
      };
    }
  | { readonly type: 'ApproveErasure'; readonly data: object }
  | { readonly type: 'RefuseErasure'; readonly data: { readonly reason: Exclude<RefusalReason, 'held'> } }
  /** The keys are destroyed. */
  | { readonly type: 'RecordDestruction'; readonly data: Pick<SubjectKeyDestroyed['data'], 'keyIds' | 'alongside'> }
  | { readonly type: 'CompleteErasure'; readonly data: Omit<ErasureCompleted['data'], 'keys'> };

type ErasureRequestedData = ErasureRequested['data'];

export type ErasureStatus = 'requested' | 'refused' | 'approved' | 'keys-destroyed' | 'completed';

/** An erasure that was requested. */
export interface OpenErasure extends ErasureRequestedData {
  readonly status: ErasureStatus;
  readonly refusal?: ErasureRefused['data'];
  readonly approvedBy?: string;
  readonly approvedOn?: string;
  readonly keyIds: readonly string[];
  readonly completion?: ErasureCompleted['data'];
}

export type Erasure = { readonly status: 'none' } | OpenErasure;

const officer = 'data-protection-officer';

/** An erasure, from its request over two persons to the end of the clean-up. */
export const erasureDecider: Decider<Erasure, ErasureCommand, ErasureEvent, ErasureContext> = {
  initial: { status: 'none' },
  decide(command, state, context) {
    if (command.type === 'RequestErasure')
      return state.status === 'none' ? request(command.data, context) : refuse<ErasureRefusalCode>('ERASURE_EXISTS');
    if (state.status === 'none') throw new Error(`${command.type} for no erasure`);
    switch (command.type) {
      case 'ApproveErasure':
        return pending(state) ?? approve(state, context);
      case 'RefuseErasure':
        return pending(state) ?? [refused(command.data.reason, { holds: [] }, context)];
      case 'RecordDestruction': {
        const { subject, retentions } = state;
        if (state.status === 'approved')
          return [{ type: 'SubjectKeyDestroyed', data: { subject, retentions, ...command.data } }];
        return isDestroyed(state) ? [] : notPending(state);
      }
      case 'CompleteErasure':
        if (state.status === 'completed') return [];
        return state.status === 'keys-destroyed'
          ? [{ type: 'ErasureCompleted', data: { keys: state.keyIds.length, ...command.data } }]
          : notPending(state);
    }
  },
  evolve(state, event) {
    if (event.type === 'ErasureRequested') return { status: 'requested', ...event.data, keyIds: [] };
    if (state.status === 'none') throw new Error(`${event.type} of no erasure`);
    switch (event.type) {
      case 'ErasureRefused':
        return { ...state, status: 'refused', refusal: event.data };
      case 'ErasureApproved':
        return { ...state, status: 'approved', approvedBy: event.data.approvedBy, approvedOn: event.data.decidedOn };
      case 'SubjectKeyDestroyed':
        return { ...state, status: 'keys-destroyed', keyIds: event.data.keyIds };
      case 'ErasureCompleted':
        return { ...state, status: 'completed', completion: event.data };
    }
  },
};

type RequestData = Extract<ErasureCommand, { type: 'RequestErasure' }>['data'];

/** A request that the law stands against is recorded all the same, with its answer: the person is owed both. */
function request(data: RequestData, context: ErasureContext): readonly ErasureEvent[] | Refusal {
  const facts = factsOf(context);
  const retentions = data.retentions.filter((each) => !facts.destroyed.includes(each));
  if (retentions.length === 0) return refuse<ErasureRefusalCode>('ALREADY_ERASED');
  const members = membersLeft(facts);
  if (members) return members;
  const { by, role, today } = context;
  const requested: ErasureRequested = {
    type: 'ErasureRequested',
    data: { ...data, retentions, requestedOn: today, requestedBy: by, requestedAs: role },
  };
  return facts.holds.length === 0 ? [requested] : [requested, refused('held', facts, context)];
}

function approve(state: OpenErasure, context: ErasureContext): readonly ErasureEvent[] | Refusal {
  const { by, role, today } = context;
  const facts = factsOf(context);
  if (by === state.requestedBy) return refuse<ErasureRefusalCode>('SECOND_PERSON_APPROVES_ERASURE');
  if (role !== officer && state.requestedAs !== officer)
    return refuse<ErasureRefusalCode>('DATA_PROTECTION_OFFICER_NEEDED');
  const members = membersLeft(facts);
  if (members) return members;
  if (facts.holds.length > 0) {
    const holds = facts.holds.map(({ code }) => code).join(', ');
    return refuse<ErasureRefusalCode>('ERASURE_HELD', { holds, possibleFrom: facts.possibleFrom ?? '-' });
  }
  return [{ type: 'ErasureApproved', data: { decidedOn: today, approvedBy: by, approvedAs: role } }];
}

const refused = (
  reason: RefusalReason,
  { holds, possibleFrom }: HoldFindings,
  { today, by }: ErasureContext,
): ErasureRefused => ({
  type: 'ErasureRefused',
  data: { reason, holds, ...(possibleFrom !== undefined && { possibleFrom }), decidedOn: today, refusedBy: by },
});

const membersLeft = ({ membersNotErased }: ErasureFacts): Refusal | undefined =>
  membersNotErased > 0
    ? refuse<ErasureRefusalCode>('HOUSEHOLD_MEMBERS_NOT_ERASED', { members: membersNotErased })
    : undefined;

const notPending = ({ status }: OpenErasure): Refusal => refuse<ErasureRefusalCode>('ERASURE_NOT_PENDING', { status });

const pending = (state: OpenErasure): Refusal | undefined =>
  state.status === 'requested' ? undefined : notPending(state);

/** Whether the keys are gone. */
export const isDestroyed = ({ status }: Pick<OpenErasure, 'status'>): boolean =>
  status === 'keys-destroyed' || status === 'completed';

function factsOf({ facts }: ErasureContext): ErasureFacts {
  if (!facts) throw new Error('a decision on an erasure needs its facts');
  return facts;
}
