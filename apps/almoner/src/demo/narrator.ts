import { ROLES } from '#libs/access';
import type { Terminal } from '../command.js';
import type { Officer } from './client.js';
import type { OfficeHours } from './office-hours.js';
import { TEXTS, type TextKey, type TextValues } from './texts.js';

/** Tells the story: one line per step. */
export interface Narrator {
  /** What an officer, or the service by itself, did on the date. */
  step<K extends TextKey>(date: string, who: Officer | 'service', key: K, ...values: TextValues<K>): void;
  /** A line that stands by itself. */
  line<K extends TextKey>(key: K, ...values: TextValues<K>): void;
  /** Text that somebody else wrote, as it is. */
  quote(text: string): void;
}

/** Says nothing. */
export const silentNarrator: Narrator = { step: () => undefined, line: () => undefined, quote: () => undefined };

const WHO_WIDTH = 24;
const SERVICE = { en: 'the service itself', zh: '系统' };

/** Chinese characters take two columns. */
const columns = (text: string): number => [...text].reduce((sum, each) => sum + (each > '\u2e7f' ? 2 : 1), 0);

/** Speaks at the terminal, in its language. */
export function narratorAt({ language, print }: Terminal): Narrator {
  /** The role, and the number that tells two of them apart. */
  const nameOf = ({ role, name }: Officer) => `${ROLES[role][language]} ${name.replace(`${role}-`, '')}`;
  const told = <K extends TextKey>(key: K, values: TextValues<K>) => {
    const text = TEXTS[key][language] as (...values: TextValues<K>) => string;
    return text(...values);
  };
  return {
    step(date, who, key, ...values) {
      const name = who === 'service' ? SERVICE[language] : nameOf(who);
      print(`${date}  ${name}${' '.repeat(Math.max(0, WHO_WIDTH - columns(name)))}  ${told(key, values)}`);
    },
    line: (key, ...values) => print(told(key, values)),
    quote: (text) => text.trimEnd().split('\n').forEach(print),
  };
}

/** Tells each step under the date on which it is done. */
export class Teller {
  constructor(
    private readonly hours: OfficeHours,
    private readonly narrator: Narrator,
  ) {}

  /** One step of today. */
  async tell<K extends TextKey>(who: Officer | 'service', key: K, ...values: TextValues<K>): Promise<void> {
    this.narrator.step(await this.hours.today(), who, key, ...values);
  }
}
