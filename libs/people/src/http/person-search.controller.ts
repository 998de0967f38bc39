import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { AreaTree } from '#libs/areas';
import { localDate } from '#libs/calendar';
import { Clock } from '#libs/event-sourcing';
import { Reads } from '#libs/platform';
import { ReadLog } from '../read-log/read-log.js';
import { Reader } from '../read-log/reader.js';
import { PersonSearch } from '../search/person-search.reader.js';
import { isIdentityNumber } from '../search/search-text.js';
import { hitView } from './person-hit.view.js';
import { FoundPersonPage, SearchPersonsDto, SearchPersonsQuery } from './person-search.dto.js';
import { readers } from './roles.js';
import { roleOf } from './sight.js';

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
  find(@Query() query: SearchPersonsQuery, @Reader() reader: Reader): Promise<FoundPersonPage> {
    return this.found(query, reader);
  }

  /**
   * The same with the text in the body: addresses stand in the logs of proxies and in the histories of browsers, where neither
   * names nor identity numbers belong. Changes nothing and takes no key.
   */
  @Post('searches')
  @HttpCode(200)
  @Reads('person-search')
  @Allow(...readers)
  @ApiOkResponse({ type: FoundPersonPage })
  findByBody(@Body() asked: SearchPersonsDto, @Reader() reader: Reader): Promise<FoundPersonPage> {
    return this.found({ ...new SearchPersonsQuery(), ...asked }, reader);
  }

  private async found({ search, area, limit, cursor }: SearchPersonsQuery, reader: Reader): Promise<FoundPersonPage> {
    const within = area ?? reader.area;
    const inside = this.areas.isWithin(within, reader.area);
    const searcher = {
      role: roleOf(reader.role),
      today: localDate(await this.clock.now(), this.areas.timeZoneOf(reader.area)),
    };
    const page = inside
      ? await this.search.find({ text: search, searcher, areaPath: this.areas.scopeOf(within), limit, cursor })
      : { items: [] };
    // By what it is, not by what it found: equal texts have equal hashes.
    const by = isIdentityNumber(search) ? 'id-number' : 'text';
    await this.readLog.note(reader, { kind: 'search', by, text: search, hits: page.items.length });
    return { ...page, items: page.items.map((hit) => hitView(hit, searcher.role, searcher.today)) };
  }
}
