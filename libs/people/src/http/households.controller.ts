import { Body, Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow } from '#libs/access';
import { AreaTree } from '#libs/areas';
import { Positions, type CommandMeta } from '#libs/event-sourcing';
import {
  Creates,
  HistoryPage,
  historyPage,
  IdPipe,
  InLanguage,
  KnownAt,
  Meta,
  PageQuery,
  Reads,
  untilReached,
  type Known,
  type Language,
} from '#libs/platform';
import { membersOn } from '../domain/household.js';
import { householdTexts } from '../household.texts.js';
import { Households, type LoadedHousehold } from '../households.js';
import { Persons } from '../persons.js';
import { HouseholdListReader } from '../projections/household-list.js';
import { ReadLog } from '../read-log/read-log.js';
import { Reader } from '../read-log/reader.js';
import { Registrations } from '../registrations.js';
import { PersonSearch } from '../search/person-search.reader.js';
import { isIdentityNumber } from '../search/search-text.js';
import { householdDraftOf } from './drafts-of.js';
import { refuseHelper } from './fact-recorder.js';
import { EffectiveQuery } from './facts.dto.js';
import { HouseholdsQuery, RegisteredHouseholdAnswer, RegisterHouseholdBody } from './household.dto.js';
import { householdView } from './household.view.js';
import { HouseholdPage, HouseholdView } from './household.view.dto.js';
import { LookBack } from './look-back.js';
import { nameView } from './person.view.js';
import { present } from './present.js';
import { historians, readers, registrars } from './roles.js';

const LIST = 'household-list';
/** So many households of persons that a search finds are listed at most: who finds more looks for persons. */
const MOST_FOUND = 500;
/** The beginning of a number such as 430225-2025-000123. */
const isNumber = (text: string): boolean => /^\d{6}-[\d-]*$/.test(text);

@ApiTags('households')
@Controller('households')
export class HouseholdsController {
  constructor(
    private readonly registrations: Registrations,
    private readonly households: Households,
    private readonly persons: Persons,
    private readonly list: HouseholdListReader,
    private readonly search: PersonSearch,
    private readonly areas: AreaTree,
    private readonly lookBack: LookBack,
    private readonly positions: Positions,
    private readonly readLog: ReadLog,
  ) {}

  /** Registers a household with everyone who belongs to it. */
  @Creates()
  @Allow(...registrars)
  @ApiCreatedResponse({ type: RegisteredHouseholdAnswer })
  async register(@Body() body: RegisterHouseholdBody, @Meta() meta: CommandMeta): Promise<RegisteredHouseholdAnswer> {
    if (body.source === 'verified') refuseHelper(meta.role);
    const registered = await this.registrations.register(householdDraftOf(body), meta, body.source);
    const { householdId, number, revision, position, members } = registered;
    return { id: householdId, number, revision, position, members: [...members] };
  }

  /** The households of an area on a day, by what was known; the newest first. Applicants whose files lie elsewhere now have no name. */
  @Get()
  @Reads(LIST, 'person-search')
  @Allow(...readers)
  @ApiOkResponse({ type: HouseholdPage })
  async page(
    @Query() { area, search, effective, limit, cursor }: HouseholdsQuery,
    @Reader() reader: Reader,
    @KnownAt() known: Known | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HouseholdPage> {
    const { viewer, upTo } = await this.lookBack.times(reader, known, effective);
    if (upTo !== undefined) {
      await untilReached(this.positions, [LIST], upTo);
      void reply.header('almoner-position', upTo);
    }
    const within = area ?? reader.area;
    const noteSearch = async (text: string, hits: number) =>
      this.readLog.note(reader, {
        kind: 'search',
        by: isNumber(text) ? 'number' : isIdentityNumber(text) ? 'id-number' : 'text',
        text,
        hits,
      });
    if (!this.areas.isWithin(within, reader.area)) {
      if (search !== undefined) await noteSearch(search, 0);
      return { items: [] };
    }
    const areaPath = this.areas.scopeOf(within);
    const found =
      search === undefined || isNumber(search)
        ? undefined
        : await this.search.householdsOf(search, areaPath, MOST_FOUND, viewer);
    const page = await this.list.page({
      areaPath,
      ...(found ? { ids: found } : { number: search }),
      effective: viewer.day,
      upTo,
      limit,
      cursor,
    });
    const applicants = await this.persons.manyWithin(
      page.items.flatMap(({ applicantId }) => applicantId ?? []),
      reader.area,
      upTo,
    );
    const households = page.items.map(({ id }) => id);
    if (search !== undefined) await noteSearch(search, households.length);
    await this.readLog.note(reader, { kind: 'list', households, persons: [...applicants.keys()] });
    return {
      ...page,
      items: page.items.map(({ applicantId, ...item }) => {
        const applicant = applicantId === undefined ? undefined : applicants.get(applicantId)?.person;
        return { ...item, ...present({ applicantId, applicantName: applicant && nameView(applicant, viewer) }) };
      }),
    };
  }

  /**
   * One household, folded from its stream and its members': what was so on a day, by what was known. Both are now where nothing is said.
   * Of members whose files lie outside the reader's area, their place in the household alone.
   */
  @Get(':id')
  @Reads()
  @Allow(...readers)
  @ApiOkResponse({ type: HouseholdView })
  async one(
    @Param('id', IdPipe) id: string,
    @Query() { effective }: EffectiveQuery,
    @Reader() reader: Reader,
    @KnownAt() known: Known | undefined,
  ): Promise<HouseholdView> {
    const { file, viewer, upTo } = await this.lookBack.at(this.households, id, reader, known, effective);
    const members = membersOn(file.household, viewer.day).map(({ personId }) => personId);
    const persons = await this.persons.manyWithin(members, reader.area, upTo);
    const seen = [...persons.keys()];
    await this.readLog.note(reader, { kind: 'household', households: [id], persons: seen, ...whereOf(file) });
    return householdView(file, persons, viewer);
  }

  /** Every event of the household, oldest first, in words without personal data. */
  @Get(':id/history')
  @Reads()
  @Allow(...historians)
  @ApiOkResponse({ type: HistoryPage })
  async history(
    @Param('id', IdPipe) id: string,
    @Query() page: PageQuery,
    @Reader() reader: Reader,
    @InLanguage() language: Language,
    @KnownAt() known: Known | undefined,
  ): Promise<HistoryPage> {
    const { file } = await this.lookBack.at(this.households, id, reader, known);
    await this.readLog.note(reader, { kind: 'history', households: [id], ...whereOf(file) });
    return historyPage(file.events, householdTexts, language, page, { data: false });
  }
}

/** Where the file lies, for those who watch over its readers. */
const whereOf = ({ household }: LoadedHousehold) =>
  present({ areaPath: household.topics.place.at(-1)?.value.areaPath });
