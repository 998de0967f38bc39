import { createHash } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { AREA_LEVELS, type AreaLevel } from './area.js';
import type { Division, DivisionList } from './divisions.js';

/** A list of division codes as it is kept in the program. */
export interface DivisionPack {
  /** Where it comes from. */
  readonly source: string;
  /** The day that the codes tell of. */
  readonly asOf: string;
  /** SHA-256 of the list as text, in hex. */
  readonly digest: string;
  /** English names, where known, by code. */
  readonly english: Readonly<Record<string, string>>;
  /** The list as text, compressed with Brotli, in Base64. */
  readonly data: string;
}

/** How many digits a code has that are not filled up with zeros, by level. */
const digits: Readonly<Record<AreaLevel, number>> = { province: 2, city: 4, county: 6, township: 9, village: 12 };

/**
 * Writes division codes as text: a part for each level, from the top down, parted by an empty line. A line is an area: how
 * far its code (without the zeros that fill it up to six digits) is from that of the line before in the part, or from 0;
 * a space; the Chinese name. Time zone, currency and English names stand beside the text.
 */
export function writeDivisions(divisions: readonly Pick<Division, 'code' | 'level' | 'nameZh'>[]): string {
  const parts = AREA_LEVELS.map((each) => {
    let last = 0;
    return divisions
      .filter(({ level }) => level === each)
      .map(({ code, nameZh }) => ({ number: Number(code.slice(0, digits[each])), nameZh }))
      .sort((one, other) => one.number - other.number)
      .map(({ number, nameZh }) => {
        const line = `${number - last} ${nameZh}`;
        last = number;
        return line;
      })
      .join('\n');
  });
  return parts.join('\n\n');
}

/**
 * Reads the text back, the upper areas first. The area above is the nearest whose digits the code begins with.
 * @throws Error for text of another form
 */
export function readDivisions(text: string, english: Readonly<Record<string, string>> = {}): Division[] {
  const levels = new Map<string, AreaLevel>();
  const parts = text.split('\n\n');
  return AREA_LEVELS.flatMap((level, index) => {
    let number = 0;
    const lines = (parts[index] ?? '').split('\n').filter((line) => line !== '');
    return lines.map((line) => {
      const [, step, nameZh] = /^(\d+) (.+)$/.exec(line) ?? [];
      if (step === undefined || nameZh === undefined) throw new Error(`not a division: ${line}`);
      number += Number(step);
      const short = String(number);
      const code = short.padEnd(6, '0');
      const parent = parentOf(short, levels);
      levels.set(code, level);
      return { code, parent, level, nameZh, nameEn: english[code] ?? null };
    });
  });
}

/** Packs division codes. */
export function packDivisions(
  divisions: readonly Omit<Division, 'parent'>[],
  about: Pick<DivisionPack, 'source' | 'asOf'>,
): DivisionPack {
  const text = writeDivisions(divisions);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  };
  return {
    ...about,
    digest: digestOf(text),
    english: Object.fromEntries(
      divisions.flatMap(({ code, nameEn }) => (nameEn === null ? [] : [[code, nameEn] as const])),
    ),
    data: brotliCompressSync(text, { params }).toString('base64'),
  };
}

/** Opens a pack. @throws Error when it does not hold what its digest says */
export function openPack({ asOf, data, digest, english }: DivisionPack): DivisionList {
  const text = brotliDecompressSync(Buffer.from(data, 'base64')).toString();
  if (digestOf(text) !== digest) throw new Error('the division codes are damaged');
  return {
    asOf,
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    covers: ({ level }) => level !== 'village',
    divisions: readDivisions(text, english),
  };
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The nearest area above that is there: some cities have no counties, and some counties no city. */
function parentOf(short: string, levels: ReadonlyMap<string, AreaLevel>): string | null {
  for (const length of [9, 6, 4, 2]) {
    const code = short.slice(0, length).padEnd(6, '0');
    if (length < short.length && levels.has(code)) return code;
  }
  return null;
}
