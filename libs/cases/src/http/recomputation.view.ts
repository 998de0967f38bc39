import { formatAmount } from '#libs/money';
import type { Language } from '#libs/platform';
import type { Assessment, Words } from '#libs/schemes';
import type { LoadedCase } from '../cases.js';
import type { RecomputedDecision } from '../recomputation.js';
import { factCited } from '../shown-events.js';
import type { FiguresView, PackName, RecomputationView, RecomputedDecisionView } from './recomputation.dto.js';

/** The decisions of a case, each with what came of it when it was made once more. */
export const recomputationView = (
  { id, state, revision }: LoadedCase,
  decisions: readonly RecomputedDecision[],
  language: Language,
): RecomputationView => ({
  caseId: id,
  number: state.number,
  revision,
  decisions: decisions.map((decision) => decisionView(decision, language)),
});

function decisionView(decision: RecomputedDecision, language: Language): RecomputedDecisionView {
  const { event, result, recorded, recomputed, pack, erased, citations } = decision;
  return {
    what: event.type,
    decidedOn: event.data.decidedOn,
    revision: String(event.revision),
    position: event.position,
    result,
    text: wordsOf(decision)[language],
    recorded: figuresView(recorded),
    ...(recomputed && { recomputed: figuresView(recomputed) }),
    pack: packName(recorded.pack),
    ...(pack && { packOfTheDay: packName(pack) }),
    erased: [...erased],
    citations: citations.map((cited) => ({
      personId: cited.personId,
      streamId: cited.streamId,
      revision: cited.revision,
      fact: factCited(cited),
      check: cited.check,
    })),
  };
}

const packName = ({ id, version }: PackName): PackName => ({ id, version });

const figuresView = ({ eligible, monthlyAmount, reasons, trace }: Assessment): FiguresView => ({
  eligible,
  monthlyAmount,
  reasons: [...reasons],
  trace: [...trace],
});

function wordsOf({ result, recorded, recomputed, pack }: RecomputedDecision): Words {
  const before = formatAmount(recorded.monthlyAmount);
  const again = formatAmount(recomputed?.monthlyAmount ?? 0);
  switch (result) {
    case 'same':
      return { en: `Comes to the same: ${before} a month.`, zh: `重新计算结果一致：每月 ${before} 元。` };
    case 'differs':
      return before === again
        ? {
            en: `Comes to the same amount, ${before} a month, on another way.`,
            zh: `重新计算金额一致（每月 ${before} 元），但理由或计算过程不一致。`,
          }
        : {
            en: `Recorded: ${before} a month; recomputed: ${again}.`,
            zh: `原记录每月 ${before} 元，重新计算为每月 ${again} 元。`,
          };
    case 'erased':
      return {
        en: 'Facts that it rests on were erased: it can be recomputed by nobody.',
        zh: '所依据的信息已依法删除，无法重新计算。',
      };
    case 'pack-changed':
      return pack
        ? {
            en: `It cites parameters ${recorded.pack.id} ${recorded.pack.version}; those of its day are ${pack.id} ${pack.version}.`,
            zh: `决定引用的政策参数为 ${recorded.pack.id} ${recorded.pack.version}，当日适用的为 ${pack.id} ${pack.version}。`,
          }
        : {
            en: `It cites parameters ${recorded.pack.id} ${recorded.pack.version}; there are none for its day.`,
            zh: `决定引用的政策参数为 ${recorded.pack.id} ${recorded.pack.version}，当日没有适用的参数。`,
          };
    case 'digest-differs':
      return {
        en: 'ALARM: a fact that it cites is not what stands in the log.',
        zh: '警报：所引用的信息与日志中的记录不符。',
      };
  }
}
