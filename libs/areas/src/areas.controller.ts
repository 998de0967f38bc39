import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, areaVisible } from '#libs/access';
import { NotFound } from '#libs/event-sourcing';
import { Caller, decodeCursor, encodeCursor, InLanguage } from '#libs/platform';
import type { Area, AreaVersion } from './area.js';
import { AreaTree } from './area-tree.js';
import { AreaDto, AreaPage, AreasQuery, AreaVersions, AsOfQuery } from './area.dto.js';

type Language = 'en' | 'zh';

@ApiTags('areas')
@Controller('areas')
export class AreasController {
  constructor(private readonly areas: AreaTree) {}

  /** The caller's area and everything below it, by code, as it is or was on a day. */
  @Get()
  @Allow()
  list(@Query() query: AreasQuery, @Caller() caller: Caller, @InLanguage() language: Language): AreaPage {
    const { asOf = this.areas.todayIn(caller.area), limit } = query;
    const [after = ''] = decodeCursor(query.cursor, 1) ?? [];
    const found = this.held(query.parent, asOf, caller)
      .filter((version) => version.code > after && fits(version, query))
      .sort((one, other) => (one.code < other.code ? -1 : 1));
    const last = found[limit - 1];
    return {
      items: found.slice(0, limit).map(({ code }) => view(this.areas.get(code, asOf), language)),
      ...(last && found.length > limit && { nextCursor: encodeCursor([last.code]) }),
    };
  }

  /** One area as it is or was on a day. */
  @Get(':code')
  @Allow()
  one(
    @Param('code') code: string,
    @Query() { asOf }: AsOfQuery,
    @Caller() caller: Caller,
    @InLanguage() language: Language,
  ): AreaDto {
    this.requireVisible(code, caller);
    return view(this.areas.get(code, asOf), language);
  }

  /** What an area was over time: each name and place with its days, the oldest first. */
  @Get(':code/versions')
  @Allow()
  versions(@Param('code') code: string, @Caller() caller: Caller, @InLanguage() language: Language): AreaVersions {
    this.requireVisible(code, caller);
    const versions = this.areas.dated.versionsOf(code);
    return { items: versions.map(({ validFrom }) => view(this.areas.get(code, validFrom), language)) };
  }

  private held(parent: string | undefined, asOf: string, caller: Caller): AreaVersion[] {
    const { dated } = this.areas;
    if (parent !== undefined)
      return dated.childrenOf(parent, asOf).filter(({ code }) => areaVisible(this.areas, caller, code));
    return this.areas.codesWithin(caller.area).flatMap((code) => dated.on(code, asOf) ?? []);
  }

  private requireVisible(code: string, caller: Caller): void {
    if (!areaVisible(this.areas, caller, code)) throw new NotFound('area');
  }
}

function fits({ code, level, nameZh, nameEn }: AreaVersion, { search, level: wanted }: AreasQuery): boolean {
  if (wanted !== undefined && level !== wanted) return false;
  if (search === undefined) return true;
  const start = search.toLowerCase();
  return code.startsWith(start) || nameZh.startsWith(search) || nameEn?.toLowerCase().startsWith(start) === true;
}

const view = ({ source: _, ...area }: Area, language: Language): AreaDto => ({
  ...area,
  name: language === 'zh' ? area.nameZh : (area.nameEn ?? area.nameZh),
});
