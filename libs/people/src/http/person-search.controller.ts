import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { AreaTree } from '#libs/areas';
import { localDate } from '#libs/calendar';
import { Clock } from '#libs/event-sourcing';
import { Reads } from '#libs/platform';
import { ReadLog, type SearchBy } from '../read-log/read-log.js';
import { Reader } from '../read-log/reader.js';
import { PersonSearch } from '../search/person-search.reader.js';
import type { Matched } from '../search/search-text.js';
import { hitView } from './person-hit.view.js';
import { FoundPersonPage, SearchPersonsQuery } from './person-search.dto.js';
import { readers } from './roles.js';
import { roleOf } from './sight.js';

/** As what the search log keeps a text that was matched so. */
const searchedBy: Readonly<Partial<Record<Matched, SearchBy>>> = { 'id-number': 'id-number' };

@ApiTags('persons')
@Controller('persons')
export class PersonSearchController {
  constructor(
    private readonly search: PersonSearch,
    private readonly areas: AreaTree,
    private readonly clock: Clock,
    private readonly readLog: ReadLog,
  ) {}

  /**
   * Finds persons of an area by name (in characters, letters, pinyin or its initials), identity number, telephone, or the
   * number of their household or case. The best match comes first; every search is noted.
   */
  @Get()
  @Reads('person-search')
  @Allow(...readers)
  @ApiOkResponse({ type: FoundPersonPage })
  async find(
    @Query() { search, area, limit, cursor }: SearchPersonsQuery,
    @Reader() reader: Reader,
  ): Promise<FoundPersonPage> {
    const within = area ?? reader.area;
    const inside = this.areas.isWithin(within, reader.area);
    const page = inside
      ? await this.search.find({ text: search, areaPath: this.areas.scopeOf(within), limit, cursor })
      : { items: [] };
    const [best] = page.items;
    const by = (best && searchedBy[best.matched]) ?? 'text';
    await this.readLog.note(reader, { kind: 'search', by, text: search, hits: page.items.length });
    const today = localDate(await this.clock.now(), this.areas.timeZoneOf(reader.area));
    return { ...page, items: page.items.map((hit) => hitView(hit, roleOf(reader.role), today)) };
  }
}
