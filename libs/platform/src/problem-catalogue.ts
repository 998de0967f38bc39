import { Injectable } from '@nestjs/common';
import { BASE_TEXTS } from './problem-texts.js';

export type Language = 'en' | 'zh';

/** Status and words of a problem; `{name}` stands for a detail. A lib's `RefusalTexts` fit. */
export type ProblemTexts = Readonly<
  Record<string, { readonly status: number; readonly en: string; readonly zh: string }>
>;

/** The words of every problem and refusal, by code. Libs add their own when their module starts. */
@Injectable()
export class ProblemCatalogue {
  private readonly texts = new Map(Object.entries<ProblemTexts[string]>(BASE_TEXTS));

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

  has(code: string): boolean {
    return this.texts.has(code);
  }

  /** The status of a code; 500 for one that nobody added. */
  statusOf(code: string): number {
    return this.texts.get(code)?.status ?? 500;
  }

  /** The words for a code with its details filled in; the code itself when nobody added it. */
  textOf(code: string, language: Language, details: Readonly<Record<string, string | number>> = {}): string {
    return fill(this.texts.get(code)?.[language] ?? code, details);
  }
}

/** Replaces `{name}` by the detail of that name. */
export const fill = (text: string, details: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(details, name) ? String(details[name]) : whole));
