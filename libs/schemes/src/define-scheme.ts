import type { Month } from '#libs/calendar';
import type { Pack } from './pack.js';
import type { Assessment, Citation, GroundName, MemberFacts, SchemeFacts, SchemeRules, TraceLine } from './scheme.js';

/** What the rules of a scheme find out; the frame adds pack and legal basis. */
export interface Findings {
  readonly reasons: readonly string[];
  /** Fen, counted only when there are no reasons against. */
  readonly monthlyAmount: number;
  readonly trace: readonly TraceLine[];
  readonly citations: readonly Citation[];
}

/** A scheme in the terms of its own parameters. */
export interface SchemeDefinition<Id extends string, Parameters> extends Pick<
  SchemeRules<Id>,
  'id' | 'unit' | 'name' | 'fund' | 'recheckMonths'
> {
  readonly legalBasis: readonly string[];
  findings(facts: SchemeFacts, parameters: Parameters): Findings;
  firstMonth(facts: SchemeFacts, parameters: Parameters): Month;
}

/**
 * Makes a scheme from its rules. This is the one place where a pack's parameters get the scheme's type: a pack names its
 * scheme, and one of another scheme is refused.
 */
export function defineScheme<const Id extends string, Parameters>(
  definition: SchemeDefinition<Id, Parameters>,
): SchemeRules<Id> {
  const own = (pack: Pack): Pack<Parameters> => {
    if (pack.scheme !== definition.id) throw new RangeError(`pack ${pack.id} is not one of ${definition.id}`);
    return pack as Pack<Parameters>;
  };
  return {
    id: definition.id,
    unit: definition.unit,
    name: definition.name,
    recheckMonths: definition.recheckMonths,
    fund: (residence) => definition.fund(residence),
    procedure: (pack) => own(pack).procedure,
    firstMonth: (facts, pack) => definition.firstMonth(facts, own(pack).parameters),
    assess(facts, pack): Assessment {
      const found = definition.findings(facts, own(pack).parameters);
      const eligible = found.reasons.length === 0;
      return {
        eligible,
        reasons: found.reasons,
        monthlyAmount: eligible ? found.monthlyAmount : 0,
        trace: found.trace,
        pack: { id: pack.id, version: pack.version, example: pack.example },
        legalBasis: [...definition.legalBasis, ...pack.legalBasis],
        citations: found.citations,
      };
    },
  };
}

/** The member that a scheme for persons is about. Throws RangeError when the facts name nobody of the household. */
export function subjectOf(facts: SchemeFacts): MemberFacts {
  const member = facts.members.find((one) => one.personId === facts.personId);
  if (!member) throw new RangeError('the facts name no member of the household');
  return member;
}

/** Cites a sensitive fact of a member by its outcome: where it was recorded or, where nothing was, how far was read. */
export function cite(member: MemberFacts, ground: GroundName, fact: string, holds: boolean): Citation {
  const place = member.grounds?.[ground];
  return {
    personId: member.personId,
    streamId: member.citation.streamId,
    revision: place?.revision ?? member.citation.revision,
    ...(place && { digest: place.digest }),
    outcome: `${fact}: ${holds ? 'yes' : 'no'}`,
  };
}
