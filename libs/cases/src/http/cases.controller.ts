import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '#libs/access';
import { AreaTree, KnownCut, type AreaScope } from '#libs/areas';
import { localDate } from '#libs/calendar';
import { Clock, Positions } from '#libs/event-sourcing';
import { HouseholdListReader, isIdentityNumber, PersonSearch, ReadLog, Reader, roleOf } from '#libs/people';
import {
  Caller,
  HistoryPage,
  historyPage,
  IdPipe,
  InLanguage,
  KnownAt,
  PageQuery,
  Reads,
  untilReached,
  type Known,
  type Language,
} from '#libs/platform';
import { auditTrail } from '../audit-trail.js';
import { caseTexts } from '../case.texts.js';
import { Cases, filesOf } from '../cases.js';
import { AwardReader } from '../projections/award.js';
import { CaseListReader, cutOfCursor } from '../projections/case-list.js';
import { shownTo } from '../shown-events.js';
import { caseListItem, caseView } from './case.view.js';
import { AwardPage, AwardsQueryDto, CaseloadQueryDto, CasePage, CaseView } from './cases.dto.js';

const readers = [
  'village-helper',
  'township-officer',
  'investigator',
  'county-reviewer',
  'county-payment-officer',
  'finance',
  'supervisor',
  'inspector',
  'reporting',
] as const;

const caseloadProjections = ['case-list', 'household-list'] as const;
/** So many persons that a search finds are looked at: who finds more looks for persons. */
const MOST_FOUND = 500;

@ApiTags('cases')
@Controller()
export class CasesController {
  constructor(
    private readonly cases: Cases,
    private readonly list: CaseListReader,
    private readonly awards: AwardReader,
    private readonly households: HouseholdListReader,
    private readonly persons: PersonSearch,
    private readonly areas: AreaTree,
    private readonly known: KnownCut,
    private readonly positions: Positions,
    private readonly readLog: ReadLog,
    private readonly clock: Clock,
  ) {}

  /** The caseload of an area, the newest application first, with counts by status; as it stands, or as it was known. */
  @Get('cases')
  @Reads(...caseloadProjections)
  @Allow(...readers)
  @ApiOkResponse({ type: CasePage })
  async caseload(
    @Query() { area, ...filters }: CaseloadQueryDto,
    @Reader() reader: Reader,
    @KnownAt() known: Known | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CasePage> {
    const upTo = cutOfCursor(filters.cursor) ?? (await this.known.upTo(known, reader.area));
    if (upTo !== undefined) {
      await untilReached(this.positions, caseloadProjections, upTo);
      void reply.header('almoner-position', upTo);
    }
    const within = area ?? reader.area;
    const noteSearch = async (hits: number): Promise<void> => {
      const { search: text } = filters;
      if (text === undefined) return;
      const by = isIdentityNumber(text) ? 'id-number' : 'text';
      await this.readLog.note(reader, { kind: 'search', by, text, hits });
    };
    if (!this.areas.isWithin(within, reader.area)) {
      await noteSearch(0);
      return { items: [], counts: { total: 0, byStatus: {} } };
    }
    const areaPath = this.areas.scopeOf(within);
    const householdIds =
      filters.search === undefined ? [] : await this.householdsFound(filters.search, areaPath, upTo, reader);
    const { rows, counts, ...page } = await this.list.page({ ...filters, areaPath, householdIds, upTo });
    const numbers = await this.households.numbersOf(rows.map(({ householdId }) => householdId));
    await noteSearch(rows.length);
    return { ...page, counts, items: rows.map((row) => caseListItem(row, numbers.get(row.householdId) ?? '')) };
  }

  /** Households by their number, and those of persons that the text finds: as they are now, whatever time the list is of. */
  private async householdsFound(
    text: string,
    areaPath: AreaScope,
    upTo: string | undefined,
    { role, area }: Reader,
  ): Promise<string[]> {
    const today = localDate(await this.clock.now(), this.areas.timeZoneOf(area));
    const [byNumber, byPerson] = await Promise.all([
      this.households.idsFound(text, areaPath, upTo),
      this.persons.householdsOf(text, areaPath, MOST_FOUND, { role: roleOf(role), today }),
    ]);
    return [...new Set([...byNumber, ...byPerson])];
  }

  /** One case, folded now from its stream, or as it was known. */
  @Get('cases/:id')
  @Reads()
  @Allow(...readers)
  @ApiOkResponse({ type: CaseView })
  async one(
    @Param('id', IdPipe) id: string,
    @Reader() reader: Reader,
    @KnownAt() known: Known | undefined,
    @InLanguage() language: Language,
  ): Promise<CaseView> {
    const found = await this.cases.get(id, reader.area, await this.known.upTo(known, reader.area));
    await this.readLog.note(reader, { kind: 'history', ...filesOf(found) });
    const { area, appliedOn } = found.state;
    return caseView(found, reader.role, {
      areaName: this.areas.nameOf(area, appliedOn, language),
      currency: this.areas.currencyOf(area),
    });
  }

  /** Every event of the case, oldest first. What officers wrote about the family is shown to those who handle the case. */
  @Get('cases/:id/history')
  @Reads()
  @Allow(...readers)
  @ApiOkResponse({ type: HistoryPage })
  async history(
    @Param('id', IdPipe) id: string,
    @Query() page: PageQuery,
    @Reader() reader: Reader,
    @InLanguage() language: Language,
    @KnownAt() known: Known | undefined,
  ): Promise<HistoryPage> {
    const found = await this.cases.get(id, reader.area, await this.known.upTo(known, reader.area));
    await this.readLog.note(reader, { kind: 'history', ...filesOf(found) });
    return historyPage(shownTo(reader.role, found.events), caseTexts, language, page, { data: true });
  }

  /** The case as a table that people can read: plain text, or a page or JSON by `Accept`. */
  @Get('cases/:id/audit-trail')
  @Reads()
  @Allow('township-officer', 'county-reviewer', 'supervisor', 'inspector')
  @ApiProduces('text/plain', 'text/html', 'application/json')
  @ApiOkResponse({ schema: { type: 'string' } })
  async trail(
    @Param('id', IdPipe) id: string,
    @Reader() reader: Reader,
    @InLanguage() language: Language,
    @KnownAt() known: Known | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | object> {
    const found = await this.cases.get(id, reader.area, await this.known.upTo(known, reader.area));
    await this.readLog.note(reader, { kind: 'history', ...filesOf(found) });
    const { type, body } = auditTrail(
      { number: found.state.number, events: shownTo(reader.role, found.events) },
      language,
      this.areas.timeZoneOf(found.state.area),
      request.headers.accept ?? '',
    );
    void reply.header('content-type', type).header('content-language', language);
    return body;
  }

  /** Terms of awards, the latest decision first. */
  @Get('awards')
  @Reads('award')
  @Allow(...readers)
  @ApiOkResponse({ type: AwardPage })
  async terms(@Query() { area, ...filters }: AwardsQueryDto, @Caller() caller: Caller): Promise<AwardPage> {
    const within = area ?? caller.area;
    if (!this.areas.isWithin(within, caller.area)) return { items: [] };
    const { rows, ...page } = await this.awards.page({ ...filters, areaPath: this.areas.scopeOf(within) });
    return {
      ...page,
      items: rows.map((row) => ({
        caseId: row.caseId,
        number: row.number,
        scheme: row.scheme,
        householdId: row.householdId,
        ...(row.personId !== null && { personId: row.personId }),
        fromMonth: row.fromMonth,
        monthlyAmount: Number(row.monthlyAmount),
        decidedOn: row.decidedOn,
        position: row.position,
      })),
    };
  }
}
