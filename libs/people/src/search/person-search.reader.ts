import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inScope, type AreaScope } from '#libs/areas';
import { invalid } from '#libs/platform';
import type { Role } from '#libs/access';
import { KeyedIndex } from '../privacy/keyed-index.js';
import { mayBeChild, showingOf } from '../privacy/masks.js';
import type { PersonSearchRow } from './person-search.rows.js';
import {
  bestMatch,
  isWhole,
  readSearch,
  scores,
  toldBy,
  type Matched,
  type Range,
  type SearchTerms,
} from './search-text.js';

/** Who searches, on which day. */
export interface Searcher {
  readonly role: Role;
  readonly today: string;
}

/** Whom somebody looks for, and where they may look. */
export interface PersonQuery {
  readonly text: string;
  /** Nobody is found by what this one is not shown, lest a search confirm it; left out by programs that show nobody anything. */
  readonly searcher?: Searcher | undefined;
  readonly areaPath: AreaScope;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A person who was found, in clear: the caller masks what its reader is not to see. */
export interface PersonHit {
  readonly personId: string;
  readonly areaCode: string;
  readonly areaPath: string;
  /** Null for a person who was erased, and so are the other personal fields. */
  readonly name: string | null;
  readonly otherName: string | null;
  readonly birthYear: number | null;
  readonly phone: string | null;
  readonly householdId: string | null;
  readonly householdNumber: string | null;
  readonly caseNumbers: readonly string[];
  readonly diedOn: string | null;
  /** The file that this one was merged into, where it was found to be of the same person. */
  readonly mergedInto: string | null;
  /** The file that goes on in the end. */
  readonly survivorId: string | null;
  readonly erased: boolean;
  /** How good the match is, from 100 downwards. */
  readonly score: number;
  readonly matched: Matched;
}

/** From which key on a piece is looked through on this page. */
interface From {
  readonly score: number;
  readonly key: string;
  readonly personId: string;
}

/** A key that lies in a piece. */
interface FoundRow extends PersonSearchRow {
  readonly score: number;
  readonly key: string;
}

/** So often a file is followed that was merged. */
const LONGEST_CHAIN = 20;
/** Before every id. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
/** Which part of a path the indexes begin with, from the largest areas on; 0: none. */
const DEPTHS = [0, 3, 4] as const;
type Depth = (typeof DEPTHS)[number];

const columns = `p.id, p.area_code as "areaCode", p.area_path as "areaPath", p.name, p.other_name as "otherName",
  p.birth_year as "birthYear", p.phone, p.household_id as "householdId", p.household_number as "householdNumber",
  p.case_numbers as "caseNumbers", p.died_on::text as "diedOn", p.merged_into as "mergedInto", p.erased, p.keys`;

/**
 * Finds persons by whatever is known of them: a name in characters or letters, its pinyin or initials, an identity number, a
 * telephone, the number of a household or case. The best match comes first.
 */
@Injectable()
export class PersonSearch {
  constructor(
    private readonly database: DataSource,
    private readonly index: KeyedIndex,
  ) {}

  /** One page of the persons found in the area. @throws Problem 400 for a cursor that no page gave out */
  async find({ text, searcher, areaPath, limit, cursor }: PersonQuery): Promise<{
    items: PersonHit[];
    nextCursor?: string;
  }> {
    const terms = termsFor(searcher, text);
    const sees = (hit: PersonHit) => searcher === undefined || isShown(hit, searcher);
    const last = readCursor(cursor);
    if (last === undefined) {
      const known = (await this.byNumber(terms, areaPath)).filter(sees);
      if (known.length > 0) return { items: await this.withSurvivors(known) };
    }
    const found = new Map<string, PersonHit>();
    let from = last && (await this.placeOf(last, terms.ranges));
    for (let more = true; more && found.size <= limit;) {
      const rows = await this.rowsFrom(terms.ranges, areaPath, from, limit + 1);
      for (const row of rows) {
        // Whoever matches in several ways is shown at the best, and there alone.
        const best = bestMatch(terms.ranges, row.keys);
        if (best?.key !== row.key || scores[best.matched] !== row.score) continue;
        const hit = hitOf(row, best.matched);
        if (sees(hit)) found.set(row.id, hit);
      }
      const end = rows.at(-1);
      more = rows.length > limit;
      from = end && { score: end.score, key: end.key, personId: end.id };
    }
    const items = [...found.values()].slice(0, limit);
    const end = items.at(-1);
    return {
      items: await this.withSurvivors(items),
      ...(found.size > limit && end && { nextCursor: makeCursor(end) }),
    };
  }

  /** Follows mergers to their ends: a file that goes on may have been merged later. */
  private async withSurvivors(hits: PersonHit[]): Promise<PersonHit[]> {
    const merged = hits.filter(({ mergedInto }) => mergedInto !== null).map(({ personId }) => personId);
    if (merged.length === 0) return hits;
    const rows = await this.database.query<{ start: string; id: string }[]>(
      `with recursive chain (start, id, next, length) as (
          select id, id, merged_into, 0 from read.person_search where id = any($1::uuid[])
          union all
          select c.start, p.id, p.merged_into, c.length + 1 from chain c join read.person_search p on p.id = c.next
            where c.length < ${LONGEST_CHAIN})
        select start, id from chain where next is null`,
      [merged],
    );
    const ends = new Map(rows.map(({ start, id }) => [start, id]));
    return hits.map((hit) => ({ ...hit, survivorId: hit.mergedInto && (ends.get(hit.personId) ?? hit.mergedInto) }));
  }

  /** Ids of the households of the persons that a text finds in an area, the best match first; for lists of households and cases. */
  async householdsOf(text: string, areaPath: AreaScope, limit: number, searcher: Searcher): Promise<string[]> {
    const { items } = await this.find({ text, searcher, areaPath, limit });
    return [...new Set(items.flatMap(({ householdId }) => householdId ?? []))];
  }

  private async byNumber({ identity }: SearchTerms, areaPath: AreaScope): Promise<PersonHit[]> {
    if (identity === undefined) return [];
    const values: string[] = [this.index.hash('identity', identity)];
    const area = inScope('p.area_path', areaPath, (value) => `$${values.push(value)}`);
    const rows = await this.database.query<PersonSearchRow[]>(
      `select ${columns} from read.person_search p where p.identity_hash = $1 and ${area} order by p.id`,
      values,
    );
    return rows.map((row) => hitOf(row, 'id-number'));
  }

  /**
   * Where the page before ended. A cursor names a person and no name; where they are found in that way no longer, that way of
   * matching is gone through again: rather somebody twice than somebody not at all.
   */
  private async placeOf({ score, personId }: Cursor, ranges: readonly Range[]): Promise<From> {
    const rows = await this.database.query<{ keys: string[] }[]>(
      'select p.keys from read.person_search p where p.id = $1',
      [personId],
    );
    const best = bestMatch(ranges, rows[0]?.keys ?? []);
    if (best === undefined || scores[best.matched] !== score) return { score, key: '', personId: NO_ID };
    return { score, key: best.key, personId };
  }

  /** The next keys in all pieces together, with their persons. */
  private async rowsFrom(
    ranges: readonly Range[],
    areaPath: AreaScope,
    from: From | undefined,
    limit: number,
  ): Promise<FoundRow[]> {
    const { sql, values } = searchStatement(ranges, areaPath, from, limit);
    return sql === '' ? [] : this.database.query<FoundRow[]>(sql, values);
  }
}

/** What the text means for a searcher. */
function termsFor(searcher: Searcher | undefined, text: string): SearchTerms {
  const terms = readSearch(text);
  if (searcher === undefined) return terms;
  const may = (matched: Matched) => mayFindBy(matched, searcher.role, false);
  const ranges = terms.ranges.filter(({ matched }) => may(matched));
  return may('id-number') ? { ...terms, ranges } : { ranges };
}

/** Whether the searcher may know of this person what they were found by. */
const isShown = ({ matched, birthYear }: PersonHit, { role, today }: Searcher): boolean =>
  mayFindBy(matched, role, mayBeChild(birthYear, today));

/** Who is shown a mask finds by the whole alone: a name or number that is given bit by bit would be told bit by bit. */
function mayFindBy(matched: Matched, role: Role, under14: boolean): boolean {
  const told = toldBy(matched);
  if (told === undefined) return true;
  const showing = showingOf(role, told, { under14 });
  return showing === 'full' || (showing === 'masked' && isWhole(matched));
}

/**
 * The statement that finds the first keys after a place. Each meaning of the text is a piece of the order of keys, each path of the
 * area chooses the index; every piece is read in order and no further than the page needs.
 */
export function searchStatement(
  ranges: readonly Range[],
  areaPath: AreaScope,
  from: From | undefined,
  limit: number,
): { readonly sql: string; readonly values: unknown[] } {
  const left = ranges.filter(({ matched }) => from === undefined || scores[matched] <= from.score);
  const paths = typeof areaPath === 'string' ? [{ path: areaPath, alone: false }] : areaPath;
  const values: unknown[] = [limit];
  const branches = DEPTHS.flatMap((depth) => {
    const pieces = paths
      .map((path) => ({ ...path, ...startOf(path) }))
      .filter((each) => each.depth === depth)
      .flatMap(({ path, alone, code }) => left.map((range) => ({ path, alone, code, ...pieceOf(range, from) })));
    return pieces.length === 0 ? [] : [branch(depth, values.push(JSON.stringify(pieces)))];
  });
  if (branches.length === 0) return { sql: '', values };
  const sql = `
    with found as (
      select * from (${branches.join(' union all ')}) f order by score desc, key collate "C", person_id limit $1)
    select found.score, found.key, ${columns} from found join read.person_search p on p.id = found.person_id
    order by found.score desc, found.key collate "C", found.person_id`;
  return { sql, values };
}

/**
 * Of such conditions the planner expects that half of the rows fit: it goes along the index and stops, and does not gather all
 * rows first to sort them.
 */
const branch = (depth: Depth, parameter: number): string => `
  (select s.score, k.key, k.person_id
  from json_to_recordset($${parameter}::json) as s(score int, key text, after uuid, high text, pattern text, code text, path text, alone boolean)
  cross join lateral (
    select k.key, k.person_id from read.person_search_key k
    where ${depth === 0 ? '' : `split_part(k.area_path, '.', ${depth}) = s.code and`}
      (k.key collate "C", k.person_id) > (s.key collate "C", s.after) and k.key collate "C" < s.high collate "C"
      and case when s.alone then k.area_path = s.path else k.area_path = s.path or starts_with(k.area_path, s.path || '.') end
      and case when s.pattern is null then true else k.key ~ s.pattern end
    order by k.key collate "C", k.person_id limit $1) k)`;

function pieceOf({ matched, low, high, pattern }: Range, from: From | undefined) {
  const score = scores[matched];
  // Of the way of matching at which the page before ended, what lies after it.
  const after =
    from !== undefined && from.score === score && Buffer.compare(Buffer.from(from.key), Buffer.from(low)) >= 0;
  const start = after ? { key: from.key, after: from.personId } : { key: low, after: NO_ID };
  return { score, ...start, high, ...(pattern !== undefined && { pattern }) };
}

/** The index that has the areas of a path side by side: that of the deepest area which the indexes know. */
function startOf({ path, alone }: { readonly path: string; readonly alone: boolean }): { depth: Depth; code: string } {
  const codes = path.split('.');
  // What lies in an area and in no area below it has nothing at the next depth.
  const deepest = codes.length + (alone ? 1 : 0);
  const depth = DEPTHS.findLast((each) => each <= deepest) ?? 0;
  return { depth, code: codes[depth - 1] ?? '' };
}

function hitOf(row: PersonSearchRow, matched: Matched): PersonHit {
  const { id, areaCode, areaPath, name, otherName, birthYear, phone, householdId, householdNumber } = row;
  const { caseNumbers, diedOn, mergedInto, erased } = row;
  return {
    ...{ personId: id, areaCode, areaPath, name, otherName, birthYear, phone, householdId, householdNumber },
    ...{ caseNumbers, diedOn, mergedInto, survivorId: mergedInto, erased, score: scores[matched], matched },
  };
}

interface Cursor {
  readonly score: number;
  readonly personId: string;
}

const makeCursor = ({ score, personId }: PersonHit): string =>
  Buffer.from(`${score}.${personId}`).toString('base64url');

function readCursor(cursor: string | undefined): Cursor | undefined {
  if (cursor === undefined) return undefined;
  const parts = /^(\d{2,3})\.([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/.exec(
    Buffer.from(cursor, 'base64url').toString(),
  );
  if (!parts) throw invalid({ pointer: '?cursor', code: 'isCursor' });
  return { score: Number(parts[1]), personId: parts[2] ?? '' };
}
