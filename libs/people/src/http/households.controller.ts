import { Body, Controller, Get, Param, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { AreaTree, KnownCut } from '#libs/areas';
import { localDate } from '#libs/calendar';
import { Clock, derivedId, type CommandMeta } from '#libs/event-sourcing';
import {
  Caller,
  Changes,
  Creates,
  HistoryPage,
  historyPage,
  IdPipe,
  InLanguage,
  KnownAt,
  Meta,
  PageQuery,
  Reads,
  SeenRevision,
  type Known,
  type Language,
} from '#libs/platform';
import type { HouseholdCommand } from '../domain/household.js';
import type { FactDates } from '../domain/household.events.js';
import { HandleHouseholdCommand } from '../household-command.handler.js';
import { householdTexts } from '../household.texts.js';
import { Households } from '../households.js';
import { HouseholdListReader } from '../projections/household-list.js';
import { householdView } from './household.view.js';
import {
  ConfirmAccountBody,
  CorrectAccountBody,
  DeclareIncomeBody,
  FactDatesBody,
  HouseholdAnswer,
  HouseholdPage,
  HouseholdsQuery,
  HouseholdView,
  RecordCareNeedBody,
  RegisterHouseholdBody,
} from './households.dto.js';

@ApiTags('households')
@Controller('households')
export class HouseholdsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly households: Households,
    private readonly list: HouseholdListReader,
    private readonly areas: AreaTree,
    private readonly known: KnownCut,
    private readonly clock: Clock,
  ) {}

  /** Registers a household with everyone who lives in it. */
  @Creates()
  @Allow('village-helper', 'township-officer')
  @ApiCreatedResponse({ type: HouseholdAnswer })
  async register(@Body() body: RegisterHouseholdBody, @Meta() meta: CommandMeta): Promise<HouseholdAnswer> {
    const members = body.members.map(({ account, ...member }, index) => ({
      personId: derivedId(meta.commandId, `person-${index}`),
      ...member,
      ...(account && { account: { accountId: derivedId(meta.commandId, `account-${index}`), ...account } }),
    }));
    const { area, residence } = body;
    const id = derivedId(meta.commandId, 0);
    const data = { area, residence, members, ...(await this.dates(body, meta.area)) };
    return this.send(id, { type: 'RegisterHousehold', data }, meta, 'no_stream');
  }

  /** Records income as the household declares it; a later declaration takes the place of the one before. */
  @Changes(':id/income-declarations')
  @Allow('village-helper', 'township-officer', 'investigator')
  @ApiOkResponse({ type: HouseholdAnswer })
  async declareIncome(
    @Param('id', IdPipe) id: string,
    @Body() { parts, ...dates }: DeclareIncomeBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    return this.send(
      id,
      { type: 'DeclareIncome', data: { parts, ...(await this.dates(dates, meta.area)) } },
      meta,
      seen,
    );
  }

  /** Records that a member needs long-term care. */
  @Changes(':id/care-needs')
  @Allow('township-officer', 'investigator')
  @ApiOkResponse({ type: HouseholdAnswer })
  async recordCareNeed(
    @Param('id', IdPipe) id: string,
    @Body() { personId, months, ...dates }: RecordCareNeedBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    const data = { personId, months, ...(await this.dates(dates, meta.area)) };
    return this.send(id, { type: 'RecordCareNeed', data }, meta, seen);
  }

  /** Proposes another account for a member; a second person confirms it. */
  @Changes(':id/account-corrections')
  @Allow('county-payment-officer', 'township-officer')
  @ApiOkResponse({ type: HouseholdAnswer })
  async correctAccount(
    @Param('id', IdPipe) id: string,
    @Body() { personId, bank, number, holder, reason, ...dates }: CorrectAccountBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    const account = { accountId: derivedId(meta.commandId, 'account'), bank, number, holder };
    const data = { personId, account, reason, ...(await this.dates(dates, meta.area)) };
    return this.send(id, { type: 'CorrectAccount', data }, meta, seen);
  }

  /** Confirms a corrected account, as another person. */
  @Changes(':id/account-confirmations')
  @Allow('county-payment-officer', 'finance')
  @ApiOkResponse({ type: HouseholdAnswer })
  confirmAccount(
    @Param('id', IdPipe) id: string,
    @Body() data: ConfirmAccountBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    return this.send(id, { type: 'ConfirmAccount', data: { accountId: data.accountId } }, meta, seen);
  }

  /** The households of an area, the newest first. */
  @Get()
  @Reads('household-list')
  @Allow(
    'village-helper',
    'township-officer',
    'investigator',
    'county-reviewer',
    'county-payment-officer',
    'finance',
    'supervisor',
    'inspector',
  )
  @ApiOkResponse({ type: HouseholdPage })
  async page(
    @Query() { area, search, limit, cursor }: HouseholdsQuery,
    @Caller() caller: Caller,
  ): Promise<HouseholdPage> {
    const within = area ?? caller.area;
    if (!this.areas.isWithin(within, caller.area)) return { items: [] };
    const page = await this.list.page({ areaPath: this.areas.scopeOf(within), search, limit, cursor });
    return {
      ...page,
      items: page.items.map(({ id, number, areaCode, residence, applicantName, memberCount }) => ({
        id,
        number,
        area: areaCode,
        residence,
        applicantName,
        memberCount,
      })),
    };
  }

  /** One household, folded now from its stream, or as it was known. */
  @Get(':id')
  @Reads()
  @Allow(
    'village-helper',
    'township-officer',
    'investigator',
    'county-reviewer',
    'county-payment-officer',
    'finance',
    'supervisor',
    'inspector',
  )
  @ApiOkResponse({ type: HouseholdView })
  async one(
    @Param('id', IdPipe) id: string,
    @Caller() caller: Caller,
    @KnownAt() known: Known | undefined,
  ): Promise<HouseholdView> {
    return householdView(await this.households.get(id, caller.area, await this.known.upTo(known, caller.area)));
  }

  /** Every event of the household, oldest first, in words without personal data. */
  @Get(':id/history')
  @Reads()
  @Allow('township-officer', 'county-reviewer', 'supervisor', 'inspector')
  @ApiOkResponse({ type: HistoryPage })
  async history(
    @Param('id', IdPipe) id: string,
    @Query() page: PageQuery,
    @Caller() caller: Caller,
    @InLanguage() language: Language,
    @KnownAt() known: Known | undefined,
  ): Promise<HistoryPage> {
    const { events } = await this.households.get(id, caller.area, await this.known.upTo(known, caller.area));
    return historyPage(events, householdTexts, language, page, { data: false });
  }

  private send(
    id: string,
    command: HouseholdCommand,
    meta: CommandMeta,
    seen: bigint | 'no_stream',
  ): Promise<HouseholdAnswer> {
    return this.commands.execute(new HandleHouseholdCommand(id, command, meta, seen));
  }

  private async dates(given: FactDatesBody, area: string): Promise<FactDates> {
    const today = localDate(await this.clock.now(), this.areas.timeZoneOf(area));
    return { happenedOn: given.happenedOn ?? today, knownOn: given.knownOn ?? today };
  }
}
