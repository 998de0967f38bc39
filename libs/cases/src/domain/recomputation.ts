import { getScheme, type Assessment, type GroundName, type Pack, type SchemeId } from '#libs/schemes';

/** What recomputing a decision comes to; `digest-differs`: a fact that it cites is not what stands in the log, an alarm. */
export type RecomputationResult = 'same' | 'differs' | 'erased' | 'pack-changed' | 'digest-differs';

/** A fact that nobody can read any more, by its place. */
export interface ErasedFact {
  readonly streamId: string;
  readonly revision: string;
  readonly fact: GroundName | 'income';
}

/** What recomputing a decision found out. */
export interface FoundAgain {
  readonly scheme: SchemeId;
  /** The parameters of the decision's day, as they are published today. */
  readonly pack: Pack | undefined;
  /** What the scheme says of the facts that can be read; undefined without parameters. */
  readonly assessment: Assessment | undefined;
  readonly erased: readonly ErasedFact[];
}

/**
 * What comes of a decision when it is made once more from facts that are those it cites. Facts that are erased prevent the
 * comparison where the decision cites them, rests on the income, or the figures differ, perhaps for want of them.
 */
export function resultOf(recorded: Assessment, found: FoundAgain): Exclude<RecomputationResult, 'digest-differs'> {
  const { pack, assessment, erased } = found;
  if (erased.some((fact) => restsOn(recorded, found.scheme, fact))) return 'erased';
  if (!pack || !assessment || pack.id !== recorded.pack.id || pack.version !== recorded.pack.version)
    return 'pack-changed';
  if (figuresOf(assessment) === figuresOf(recorded)) return 'same';
  return erased.length > 0 ? 'erased' : 'differs';
}

function restsOn({ citations }: Assessment, scheme: SchemeId, { streamId, revision, fact }: ErasedFact): boolean {
  if (fact === 'income') return getScheme(scheme).unit === 'household';
  return citations.some(
    (cited) => cited.digest !== undefined && cited.streamId === streamId && cited.revision === revision,
  );
}

const figuresOf = ({ eligible, monthlyAmount, reasons, trace }: Assessment): string =>
  JSON.stringify([eligible, monthlyAmount, reasons, trace.map(({ step, value, basis }) => [step, value, basis])]);
