import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Pool } from 'pg';
import { AreaDirectory } from '#libs/access';
import { localDate } from '#libs/calendar';
import { Clock, NotFound } from '#libs/event-sourcing';
import type { Area } from './area.js';
import type { AreaScope } from './area-scope.js';
import { changeAreas, readRevision, readTree } from './area-table.js';
import { DatedTree } from './dated-tree.js';
import { openPack } from './division-pack.js';
import { planDivisions } from './divisions.js';
import { exampleVillage } from './example-areas.js';
import { chinaDivisions as pack } from './packs/cn.js';

/** How long after a change by another process this one may go by the former tree. */
const LOOK_EVERY_MS = 2_000;
/** How many areas are in the tree at most whose scopes are kept. */
const SCOPES_KEPT = 1_000;

/**
 * The area tree, held in memory: it changes a few times a year. What another process changes is noticed within seconds.
 * Where no day is asked for, the answer is for today in the area's own time zone.
 */
@Injectable()
export class AreaTree extends AreaDirectory implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Areas');
  private tree = new DatedTree([]);
  private revision = '0';
  private now = '1970-01-01T00:00:00.000Z';
  /** Today, by time zone. */
  private readonly days = new Map<string, string>();
  private readonly scopes = new Map<string, AreaScope>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
  ) {
    super();
  }

  async onModuleInit(): Promise<void> {
    await this.loadDivisions();
    await this.refresh();
    const look = () => {
      this.looking = this.refresh()
        .catch(() => undefined) // the database is away: the tree stays as it is
        .then(() => {
          if (this.timer !== undefined) this.timer = setTimeout(look, LOOK_EVERY_MS).unref();
        });
    };
    this.timer = setTimeout(look, LOOK_EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.looking;
  }

  /** Reads the tree anew if it was changed. */
  async refresh(): Promise<void> {
    this.now = await this.clock.now();
    this.days.clear();
    const { revision } = await readRevision(this.pool);
    if (revision === this.revision) return;
    this.tree = await readTree(this.pool);
    this.revision = revision;
    this.scopes.clear();
  }

  /** The tree on every day. */
  get dated(): DatedTree {
    return this.tree;
  }

  /** Today in the area's time zone. */
  todayIn(code: string): string {
    const timeZone = this.tree.versionsOf(code)[0]?.timeZone ?? 'UTC';
    const known = this.days.get(timeZone);
    if (known !== undefined) return known;
    const day = localDate(this.now, timeZone);
    this.days.set(timeZone, day);
    return day;
  }

  /** The area as it is on the day, or as it last was before. */
  find(code: string, on = this.todayIn(code)): Area | undefined {
    return this.tree.area(code, on);
  }

  /** @throws NotFound */
  get(code: string, on?: string): Area {
    const area = this.find(code, on);
    if (!area) throw new NotFound(`area ${code}`);
    return area;
  }

  /** The area's name on the day, or its first one before; in the language where it has one. @throws NotFound */
  nameOf(code: string, on: string, language: 'en' | 'zh'): string {
    const version = this.tree.asOf(code, on) ?? this.tree.versionsOf(code)[0];
    if (!version) throw new NotFound(`area ${code}`);
    return language === 'zh' ? version.nameZh : (version.nameEn ?? version.nameZh);
  }

  override has(code: string): boolean {
    return this.tree.asOf(code, this.todayIn(code)) !== undefined;
  }

  override isWithin(code: string, ancestor: string): boolean {
    return this.tree.isWithin(code, ancestor, this.todayIn(code));
  }

  /** Codes of the area and all that lies within it, those of areas that are gone included. */
  codesWithin(code: string): string[] {
    return this.tree.within(code, this.todayIn(code));
  }

  /** Where lists are to look for what lies within the area, under whatever path it was recorded. @throws NotFound */
  scopeOf(code: string): AreaScope {
    const today = this.todayIn(code);
    const key = `${code} ${today}`;
    let scope = this.scopes.get(key);
    if (scope === undefined) {
      this.get(code);
      scope = this.tree.scopeOf(code, today);
      if (this.scopes.size >= SCOPES_KEPT) this.scopes.clear();
      this.scopes.set(key, scope);
    }
    return scope;
  }

  /** Codes from the root to the area or, where it is gone, to what has taken its place. @throws NotFound */
  pathOf(code: string): string[] {
    this.get(code);
    return this.tree.pathOf(code, this.todayIn(code));
  }

  /**
   * Where parameters are looked up, the nearest last: codes from the root to the area, each after those whose place it had taken
   * by the day.
   * @throws NotFound
   */
  lineageOf(code: string, on = this.todayIn(code)): readonly string[] {
    this.get(code);
    return this.tree.lineageOf(code, on);
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

  /** Loads the division codes that the program brings, unless they are there. */
  private async loadDivisions(): Promise<void> {
    if ((await readRevision(this.pool)).pack === pack.digest) return;
    const list = openPack(pack);
    this.tell(`loading the division codes of ${pack.asOf}: ${list.divisions.length} areas`);
    let told = 0;
    const onProgress = (done: number, all: number) => {
      const quarter = Math.floor((4 * done) / all);
      if (quarter > told) this.tell(`division codes: ${Math.floor((100 * done) / all)} %`);
      told = quarter;
    };
    const divisions = [...list.divisions, exampleVillage];
    await changeAreas(this.pool, (tree) => planDivisions(tree, { ...list, divisions }), {
      pack: pack.digest,
      onProgress,
    });
  }

  /** To the person who waits at a terminal, else into the log. */
  private tell(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`almoner: ${text}\n`);
    else this.logger.log(text);
  }
}
