import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { AreaTree } from '#libs/areas';
import { IdPipe, invalid, Reads } from '#libs/platform';
import type { AreaPlace } from '../doubles/double-candidates.js';
import { DoubleFinder } from '../doubles/double-finder.js';
import { Persons, type LoadedPerson } from '../persons.js';
import { ReadLog } from '../read-log/read-log.js';
import { Reader } from '../read-log/reader.js';
import { DoublePage, DoublesOfPersonQuery, DoublesOfPersonView, DoublesQuery, type DoubleView } from './doubles.dto.js';
import { dismissedView, doubleViews } from './doubles.view.js';
import { LookBack } from './look-back.js';
import { doubleSeekers } from './roles.js';

const SEARCH = 'person-search';

/** Files that may be of one person, proposed and never merged alone. They are read for the quality of data, whatever else the role reads for. */
@ApiTags('persons')
@Controller()
export class DoublesController {
  constructor(
    private readonly doubles: DoubleFinder,
    private readonly persons: Persons,
    private readonly areas: AreaTree,
    private readonly lookBack: LookBack,
    private readonly readLog: ReadLog,
  ) {}

  /** The files that may be of the same person as this one, and those of which somebody decided that they are not. */
  @Get('persons/:id/doubles')
  @Reads(SEARCH)
  @Allow(...doubleSeekers)
  @ApiOkResponse({ type: DoublesOfPersonView })
  async ofPerson(
    @Param('id', IdPipe) id: string,
    @Query() { minScore }: DoublesOfPersonQuery,
    @Reader() reader: Reader,
  ): Promise<DoublesOfPersonView> {
    const file = await this.persons.get(id, reader.area);
    const found = await this.doubles.ofPerson(file, minScore);
    const { viewer } = await this.lookBack.times(reader, undefined, undefined);
    const sees = this.seesOf(reader);
    const items = doubleViews(found.items, viewer, sees);
    const dismissed = found.dismissed.filter((pair) => sees(pair.file)).map((pair) => dismissedView(pair, viewer));
    await this.note(reader, [id, ...idsOf(items), ...dismissed.flatMap(({ persons }) => persons)]);
    return { items, dismissed };
  }

  /** The pairs of an area, person by person. */
  @Get('doubles')
  @Reads(SEARCH)
  @Allow(...doubleSeekers)
  @ApiOkResponse({ type: DoublePage })
  async ofArea(
    @Query() { area, minScore, limit, cursor }: DoublesQuery,
    @Reader() reader: Reader,
  ): Promise<DoublePage> {
    const after = readCursor(cursor);
    const within = area ?? reader.area;
    if (!this.areas.isWithin(within, reader.area)) return { items: [] };
    const { items: found, next } = await this.doubles.ofArea({ area: within, minScore, limit, after });
    const { viewer } = await this.lookBack.times(reader, undefined, undefined);
    const items = doubleViews(found, viewer, this.seesOf(reader));
    await this.note(reader, idsOf(items), this.areas.pathOf(within).join('.'));
    return { items, ...(next && { nextCursor: makeCursor(next) }) };
  }

  private seesOf({ area }: Reader): (file: LoadedPerson) => boolean {
    return ({ person }) => this.persons.isWithin(person, area);
  }

  private note(reader: Reader, ids: readonly string[], areaPath?: string): Promise<void> {
    const persons = [...new Set(ids)];
    return this.readLog.note(
      { ...reader, purpose: 'data-quality' },
      { kind: 'list', persons, ...(areaPath !== undefined && { areaPath }) },
    );
  }
}

const idsOf = (items: readonly DoubleView[]): readonly string[] =>
  items.flatMap(({ persons }) => persons.map(({ id }) => id));

const makeCursor = ({ areaPath, id }: AreaPlace): string => Buffer.from(`${areaPath} ${id}`).toString('base64url');

/** @throws Problem 400 for a cursor that no page gave out */
function readCursor(cursor: string | undefined): AreaPlace | undefined {
  if (cursor === undefined) return undefined;
  const parts = /^([\w.-]+) ([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/.exec(
    Buffer.from(cursor, 'base64url').toString(),
  );
  if (!parts) throw invalid({ pointer: '?cursor', code: 'isCursor' });
  return { areaPath: parts[1] ?? '', id: parts[2] ?? '' };
}
