import { isErased } from '#libs/event-sourcing';
import type { DismissedPair, FoundDouble } from '../doubles/double-finder.js';
import { doubleReasons } from '../doubles/reasons.js';
import type { LoadedPerson } from '../persons.js';
import type { DismissedDoubleView, DoublePersonView, DoubleReasonView, DoubleView } from './doubles.dto.js';
import type { ErasedView } from './facts.dto.js';
import { nameView } from './person.view.js';
import { present } from './present.js';
import { sightOf, type Viewer } from './sight.js';

/** Instead of a file that is kept elsewhere: that there is one, and neither whose nor how alike. */
const outsideArea: DoubleReasonView = {
  code: 'outside-area',
  en: 'one file outside your area: ask a supervisor',
  zh: '其中一份档案不在您的辖区，请联系监管人员',
};

/** Whether the reader may see a file. */
type Sees = (file: LoadedPerson) => boolean;

/** Pairs as a reader may see them; of whom there are several outside the reader's area, one. */
export function doubleViews(found: readonly FoundDouble[], viewer: Viewer, sees: Sees): DoubleView[] {
  const outside = new Set<string>();
  return found.flatMap(({ files, score, reasons }): DoubleView[] => {
    const seen = files.filter(sees);
    const persons = seen.map((file) => doublePersonView(file, viewer));
    if (seen.length === 2) {
      const told = reasons.map((code) => ({ code, ...doubleReasons[code] }));
      return [{ persons, score, reasons: told, twins: reasons.includes('twins') }];
    }
    const [only] = persons;
    if (!only || outside.has(only.id)) return [];
    outside.add(only.id);
    return [{ persons, outside: outsideArea }];
  });
}

const doublePersonView = (file: LoadedPerson, viewer: Viewer): DoublePersonView => ({
  id: file.id,
  area: file.person.topics.residence.at(-1)?.value.area ?? '',
  ...present({ name: nameView(file.person, viewer) }),
});

/** A decision that two files are of two persons. */
export function dismissedView({ file, decision }: DismissedPair, viewer: Viewer): DismissedDoubleView {
  const { other, decidedOn, reason } = decision;
  const shown = sightOf(viewer.role)('name') === 'full';
  const words: string | ErasedView = isErased(reason) ? { erased: true } : reason.value;
  return { persons: [file.id, other], decidedOn, ...(shown && { reason: words }) };
}
