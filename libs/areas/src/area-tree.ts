import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Pool } from 'pg';
import { AreaDirectory } from '#libs/access';
import { NotFound } from '#libs/event-sourcing';
import type { Area, AreaLevel } from './area.js';
import { insertExampleAreas } from './example-areas.js';

interface AreaRow {
  readonly code: string;
  readonly parent: string | null;
  readonly level: AreaLevel;
  readonly name_en: string;
  readonly name_zh: string;
  readonly path: string;
  readonly time_zone: string;
  readonly currency: string;
  readonly valid_from: string;
  readonly valid_until: string | null;
}

const ALL_AREAS = `
  select code, parent, level, name_en, name_zh, path, time_zone, currency,
         valid_from::text as valid_from, valid_until::text as valid_until
  from area order by code`;

/** The area tree, held in memory: read once at start, for it changes a few times a year. */
@Injectable()
export class AreaTree extends AreaDirectory implements OnModuleInit {
  private areas: ReadonlyMap<string, Area> = new Map();

  constructor(private readonly pool: Pool) {
    super();
  }

  async onModuleInit(): Promise<void> {
    await insertExampleAreas(this.pool);
    await this.load();
  }

  /** Reads the tree anew. */
  async load(): Promise<void> {
    const { rows } = await this.pool.query<AreaRow>(ALL_AREAS);
    this.areas = new Map(rows.map((row) => [row.code, toArea(row)]));
  }

  /** Every area, by code. */
  all(): readonly Area[] {
    return [...this.areas.values()];
  }

  find(code: string): Area | undefined {
    return this.areas.get(code);
  }

  /** @throws NotFound */
  get(code: string): Area {
    const area = this.areas.get(code);
    if (!area) throw new NotFound(`area ${code}`);
    return area;
  }

  override has(code: string): boolean {
    return this.areas.has(code);
  }

  override isWithin(code: string, ancestor: string): boolean {
    return this.has(code) && this.pathOf(code).includes(ancestor);
  }

  /** Codes from the root to the area. @throws NotFound */
  pathOf(code: string): string[] {
    return this.get(code).path.split('.');
  }

  /** The county that the area is or lies in; undefined above counties. @throws NotFound */
  countyOf(code: string): Area | undefined {
    return this.pathOf(code)
      .map((each) => this.get(each))
      .find(({ level }) => level === 'county');
  }

  /** IANA name. @throws NotFound */
  timeZoneOf(code: string): string {
    return this.get(code).timeZone;
  }

  /** ISO 4217 code. @throws NotFound */
  currencyOf(code: string): string {
    return this.get(code).currency;
  }
}

const toArea = (row: AreaRow): Area => ({
  code: row.code,
  parent: row.parent,
  level: row.level,
  nameEn: row.name_en,
  nameZh: row.name_zh,
  path: row.path,
  timeZone: row.time_zone,
  currency: row.currency,
  validFrom: row.valid_from,
  validUntil: row.valid_until,
});
