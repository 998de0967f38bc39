import type { RecomputationResult } from '../domain/recomputation.js';
import { TraceLineView } from './cases.dto.js';

/** Parameters by their name. */
export class PackName {
  id!: string;
  version!: string;
}

export class FiguresView {
  eligible!: boolean;
  /** Minor units a month. */
  monthlyAmount!: number;
  /** Why not, by code. */
  reasons!: string[];
  /** The arithmetic, step by step. */
  trace!: TraceLineView[];
}

/** A fact by its place in the log. */
export class FactPlaceView {
  streamId!: string;
  /** Revision of the event that recorded it. */
  revision!: string;
  /** @example disability */
  fact!: string;
}

export class CheckedCitationView extends FactPlaceView {
  personId!: string;
  /** `digest-differs`: what stands in the log is not what was cited, an alarm. */
  check!: 'as-cited' | 'nothing-recorded' | 'digest-differs';
}

/** A decision that was made once more from what the log held at its position. */
export class RecomputedDecisionView {
  /** Name of the event. @example CaseConfirmed */
  what!: string;
  decidedOn!: string;
  revision!: string;
  position!: string;
  /** `digest-differs` is an alarm; `erased`: facts that it rests on can be read by nobody any more. */
  result!: RecomputationResult;
  /** The result in words, in the language asked for. */
  text!: string;
  recorded!: FiguresView;
  /** Absent where it could not be made once more. */
  recomputed?: FiguresView;
  /** The parameters that the decision cites. */
  pack!: PackName;
  /** The parameters of the decision's day, as they are published today; absent where there are none. */
  packOfTheDay?: PackName;
  /** Facts that nobody can read any more. */
  erased!: FactPlaceView[];
  citations!: CheckedCitationView[];
}

export class RecomputationView {
  caseId!: string;
  number!: string;
  /** Revision of the case. */
  revision!: string;
  decisions!: RecomputedDecisionView[];
}
