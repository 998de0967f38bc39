import { Injectable } from '@nestjs/common';
import { BASE_TEXTS } from './problem-texts.js';

export type Language = 'en' | 'zh';

/** Status and words of a problem; `{name}` stands for a detail. A lib's `RefusalTexts` fit. */
export type ProblemTexts = Readonly<
  Record<string, { readonly status: number; readonly en: string; readonly zh: string }>
>;

/** Chinese words for values that details take, by the detail's name; English texts take the values as they are. */
export type ProblemWords = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The words of every problem and refusal, by code. Libs add their own when their module starts. */
@Injectable()
export class ProblemCatalogue {
  private readonly texts = new Map(Object.entries<ProblemTexts[string]>(BASE_TEXTS));
  private readonly words = new Map<string, string>();

  /** @throws Error when a code is already taken with other words */
  add(texts: ProblemTexts): this {
    for (const [code, text] of Object.entries(texts)) {
      const known = this.texts.get(code);
      if (known && (known.status !== text.status || known.en !== text.en || known.zh !== text.zh))
        throw new Error(`Problem code ${code} has two meanings`);
      this.texts.set(code, text);
    }
    return this;
  }

  /** Adds words for values of details; a value without one stands as it is. */
  addWords(words: ProblemWords): this {
    for (const [name, values] of Object.entries(words))
      for (const [value, word] of Object.entries(values)) this.words.set(`${name}/${value}`, word);
    return this;
  }

  has(code: string): boolean {
    return this.texts.has(code);
  }

  /** The status of a code; 500 for one that nobody added. */
  statusOf(code: string): number {
    return this.texts.get(code)?.status ?? 500;
  }

  /** The words for a code with its details filled in; the code itself when nobody added it. */
  textOf(code: string, language: Language, details: Readonly<Record<string, string | number>> = {}): string {
    const shown = language === 'en' ? details : this.inWords(details);
    return fill(this.texts.get(code)?.[language] ?? code, shown);
  }

  /** Details with words for their values, also in lists like `A, B`. */
  private inWords(details: Readonly<Record<string, string | number>>): Record<string, string> {
    const wordOf = (name: string, value: string) => this.words.get(`${name}/${value}`) ?? value;
    return Object.fromEntries(
      Object.entries(details).map(([name, value]) => [
        name,
        String(value)
          .split(', ')
          .map((part) => wordOf(name, part))
          .join('，'),
      ]),
    );
  }
}

/** Replaces `{name}` by the detail of that name. */
export const fill = (text: string, details: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(details, name) ? String(details[name]) : whole));
