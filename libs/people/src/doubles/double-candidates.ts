import type { Pool } from 'pg';
import type { AreaScope } from '#libs/areas';
import { candidateKeys, candidateYears } from './candidate-keys.js';

/** Whose doubles are looked for: under which keys of the search, and born when. */
export interface Sought {
  readonly id: string;
  readonly keys: readonly string[];
  /** The year of birth first, then those one slip apart; none: any. */
  readonly years: readonly number[];
}

/** Where somebody stands in the order of an area's persons. */
export interface AreaPlace {
  readonly areaPath: string;
  readonly id: string;
}

export interface Candidate {
  readonly one: string;
  readonly other: string;
  /** Code of the area that keeps the other's file. */
  readonly otherArea: string;
}

/** The household of a person, and somebody else in it who was born in the same year. */
export interface Home {
  readonly household: string;
  readonly twin?: string;
}

interface PersonRow {
  readonly id: string;
  readonly areaPath: string;
  readonly name: string;
  readonly otherName: string | null;
  readonly birthYear: number | null;
}

/** So many of those who share one key are looked at, and so many of them for one person are scored. */
const MOST_NAMESAKES = 1_000;
const MOST_CANDIDATES = 50;
const START: AreaPlace = { areaPath: '', id: '00000000-0000-0000-0000-000000000000' };

/** Looks likely doubles up in the tables of the search, for many persons in one statement. */
export class DoubleCandidates {
  constructor(private readonly pool: Pool) {}

  /** The next persons of an area whose files go on, by the index of the paths of areas. */
  async peopleOf(
    scope: AreaScope,
    after: AreaPlace = START,
    limit: number,
  ): Promise<readonly (Sought & { readonly areaPath: string })[]> {
    const paths = typeof scope === 'string' ? [{ path: scope, alone: false }] : scope;
    // What lies below an area has its path and a point; the stroke is the character after the point, the space one before it.
    const pieces = paths.map(({ path, alone }) => ({ low: path, high: `${path}${alone ? ' ' : '/'}` }));
    const { rows } = await this.pool.query<PersonRow>(
      `select p.* from json_to_recordset($1::json) as s(low text, high text)
        cross join lateral (
          select p.id, p.area_path as "areaPath", p.name, p.other_name as "otherName", p.birth_year as "birthYear"
          from read.person_search p
          where (p.area_path collate "C", p.id) > ($2::text collate "C", $3::uuid)
            and p.area_path collate "C" >= s.low collate "C" and p.area_path collate "C" < s.high collate "C"
            and p.name is not null and p.merged_into is null
          order by p.area_path collate "C", p.id limit $4) p
        order by p."areaPath" collate "C", p.id limit $4`,
      [JSON.stringify(pieces), after.areaPath, after.id, limit],
    );
    return rows.map(({ id, areaPath, name, otherName, birthYear }) => ({
      ...{ id, areaPath },
      keys: candidateKeys([name, ...(otherName === null ? [] : [otherName])]),
      years: candidateYears(birthYear ?? undefined),
    }));
  }

  /**
   * Whoever shares a key with one of these persons, in the whole country, and was born in a year that would do or is not known.
   * Of names that very many have, the first thousand are looked at.
   */
  async of(people: readonly Sought[]): Promise<readonly Candidate[]> {
    const { rows } = await this.pool.query<Candidate>(
      `select s.id as one, c.id as other, c.area_code as "otherArea"
        from json_to_recordset($1::json) as s(id uuid, keys text[], years int[])
        cross join lateral (
          select distinct p.id, p.area_code, p.birth_year is not distinct from s.years[1] as same
          from unnest(s.keys) as sought(key)
          cross join lateral (
            select k.person_id from read.person_search_key k
            where k.key collate "C" = sought.key collate "C" order by k.person_id limit $2) k
          join read.person_search p on p.id = k.person_id
          where p.id <> s.id and p.merged_into is null
            and (p.birth_year is null or s.years = '{}' or p.birth_year = any(s.years))
          order by same desc, p.id limit $3) c`,
      [JSON.stringify(people), MOST_NAMESAKES, MOST_CANDIDATES],
    );
    return rows;
  }

  /** The households that persons belong to, by person; of whom there is more than one of the same year, the first by id. */
  async homesOf(ids: readonly string[]): Promise<ReadonlyMap<string, Home>> {
    const { rows } = await this.pool.query<{ id: string; household: string; twin: string | null }>(
      `select p.id, p.household_id as household, t.id as twin
        from read.person_search p
        left join lateral (
          select t.id from read.person_search_household h
          cross join lateral jsonb_each_text(h.facts) f
          join read.person_search t on t.id = f.value::uuid
          where h.id = p.household_id and t.household_id = p.household_id and t.id <> p.id and t.birth_year = p.birth_year
          order by t.id limit 1) t on true
        where p.id = any($1::uuid[]) and p.household_id is not null`,
      [ids],
    );
    return new Map(rows.map(({ id, household, twin }) => [id, { household, ...(twin !== null && { twin }) }]));
  }
}
