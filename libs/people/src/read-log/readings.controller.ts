import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { AreaTree } from '#libs/areas';
import { IdPipe, PageQuery, Reads } from '#libs/platform';
import { PersonAreas } from './person-areas.js';
import { ReadLog } from './read-log.js';
import { ReadLogReader, type NotedReading } from './read-log-reader.js';
import { Reader } from './reader.js';
import { ReadersPage, ReadingsFilter, ReadingsPage, type ReaderView, type ReadingView } from './readings.dto.js';

@ApiTags('read log')
@Controller()
export class ReadingsController {
  constructor(
    private readonly log: ReadLog,
    private readonly readings: ReadLogReader,
    private readonly persons: PersonAreas,
    private readonly areas: AreaTree,
  ) {}

  /** Who read what lies in the caller's area, the newest first. This reading is noted too. */
  @Get('reads')
  @Reads()
  @Allow('inspector', 'data-protection-officer')
  @ApiOkResponse({ type: ReadingsPage })
  async page(@Query() filter: ReadingsFilter, @Reader() reader: Reader): Promise<ReadingsPage> {
    const { person, household } = filter;
    const page = await this.readings.page({ ...filter, scope: this.areas.scopeOf(reader.area) });
    await this.log.note(reader, {
      kind: 'read-log',
      ...(person !== undefined && { persons: [person] }),
      ...(household !== undefined && { households: [household] }),
    });
    return { ...page, items: page.items.map(readingView) };
  }

  /** Who read a person's data, wherever the reader sits, to tell the person. The newest first. */
  @Get('persons/:id/readers')
  @Reads()
  @Allow('data-protection-officer', 'supervisor')
  @ApiOkResponse({ type: ReadersPage })
  async readersOf(
    @Param('id', IdPipe) id: string,
    @Query() { limit, cursor }: PageQuery,
    @Reader() reader: Reader,
  ): Promise<ReadersPage> {
    await this.persons.checkVisible(id, reader.area);
    const page = await this.readings.page({ person: id, limit, cursor });
    await this.log.note(reader, { kind: 'read-log', persons: [id] });
    return { ...page, items: page.items.map(readerView) };
  }
}

const readerView = ({ at, reader, role, area, purpose, kind }: NotedReading): ReaderView => ({
  at: at.toISOString(),
  reader,
  role,
  area,
  purpose,
  kind,
});

function readingView(noted: NotedReading): ReadingView {
  const { persons, households, search_by: by, search_hash: textHash, hits, known, effective } = noted;
  return {
    ...readerView(noted),
    persons: [...persons],
    households: [...households],
    ...(by !== null && textHash !== null && hits !== null && { search: { by, textHash, hits } }),
    ...(known !== null && { known }),
    ...(effective !== null && { effective }),
    requestId: noted.request_id,
  };
}
