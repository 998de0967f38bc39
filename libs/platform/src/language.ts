import type { FastifyRequest } from 'fastify';
import type { Language } from './problem-catalogue.js';

/** The language that a request asks to be answered in. */
export const languageOf = (request: FastifyRequest): Language => preferredLanguage(request.headers['accept-language']);

/** The language to answer in by an Accept-Language header (RFC 9110, section 12.5.4); English when in doubt. */
export function preferredLanguage(header: string | undefined): Language {
  const ranges = (header ?? '').slice(0, 500).split(',').map(readRange);
  const any = ranges.find(({ tag }) => tag === '*')?.q ?? 0;
  const zh = best(ranges, 'zh') ?? any;
  const en = best(ranges, 'en') ?? any;
  if (zh !== en) return zh > en ? 'zh' : 'en';
  const first = ranges.find(({ tag }) => tag === 'zh' || tag === 'en');
  return first?.tag === 'zh' && zh > 0 ? 'zh' : 'en';
}

interface Range {
  /** Primary language, e.g. `zh` of `zh-Hans-CN`. */
  readonly tag: string;
  readonly q: number;
}

function readRange(text: string): Range {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const q = quality === undefined ? 1 : Number(quality);
  return { tag: range.split('-')[0] ?? '', q: q >= 0 && q <= 1 ? q : 0 };
}

const best = (ranges: readonly Range[], language: Language): number | undefined => {
  const weights = ranges.filter(({ tag }) => tag === language).map(({ q }) => q);
  return weights.length > 0 ? Math.max(...weights) : undefined;
};
