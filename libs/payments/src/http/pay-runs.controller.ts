import { Body, Controller, Get, Header, Param, ParseIntPipe, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow } from '#libs/access';
import { AreaTree, KnownCut } from '#libs/areas';
import type { CommandMeta } from '#libs/event-sourcing';
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
import { Reader, ReadLog } from '#libs/people';
import { BankFiles } from '../bank-files.js';
import { HandlePayRunCommand, type PayRunRequest } from '../pay-run-command.handler.js';
import { payRunTexts } from '../pay-run.texts.js';
import { PayRuns } from '../pay-runs.js';
import { PayLineReader } from '../projections/pay-line.js';
import { PayRunReader } from '../projections/pay-run.js';
import { payLineView, payRunView } from './pay-run.view.js';
import {
  BankAnswersBody,
  NoParticularsBody,
  OpenPayRunBody,
  PayLinePage,
  PayRunAnswer,
  PayRunPage,
  PayRunsQuery,
  PayRunView,
  ReconciliationBody,
  ReissueBody,
} from './pay-runs.dto.js';

/** So many lines of a file stand in one row of the read log. */
const NOTED_TOGETHER = 500;

const readers = ['county-payment-officer', 'finance', 'supervisor', 'inspector', 'county-reviewer'] as const;

@ApiTags('pay runs')
@Controller('pay-runs')
export class PayRunsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly runs: PayRuns,
    private readonly list: PayRunReader,
    private readonly payLines: PayLineReader,
    private readonly bankFiles: BankFiles,
    private readonly readLog: ReadLog,
    private readonly areas: AreaTree,
    private readonly known: KnownCut,
  ) {}

  /** Opens a run and makes its list of what is due by the decisions recorded until now. */
  @Creates()
  @Allow('county-payment-officer')
  @ApiCreatedResponse({ type: PayRunAnswer })
  open(
    @Body() { area, scheme, month, kind = 'regular' }: OpenPayRunBody,
    @Meta() meta: CommandMeta,
  ): Promise<PayRunAnswer> {
    return this.commands.execute(new HandlePayRunCommand({ open: { area, scheme, month, kind } }, meta));
  }

  /** Confirms that the list is right, as another person than the one who opened the run. */
  @Changes(':id/check')
  @Allow('county-payment-officer', 'supervisor')
  @ApiOkResponse({ type: PayRunAnswer })
  check(
    @Param('id', IdPipe) runId: string,
    @Body() _: NoParticularsBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PayRunAnswer> {
    return this.send(runId, { type: 'CheckList', data: {} }, meta, seen);
  }

  /** Sends the next batch to the bank, as a third person: the checked list, later the re-issued lines. */
  @Changes(':id/release')
  @Allow('finance')
  @ApiOkResponse({ type: PayRunAnswer })
  release(
    @Param('id', IdPipe) runId: string,
    @Body() _: NoParticularsBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PayRunAnswer> {
    return this.send(runId, { type: 'ReleaseBatch', data: {} }, meta, seen);
  }

  /** Records what the bank says of lines of a batch. */
  @Changes(':id/bank-answers')
  @Allow('county-payment-officer', 'finance')
  @ApiOkResponse({ type: PayRunAnswer })
  recordBankAnswers(
    @Param('id', IdPipe) runId: string,
    @Body() { batch, lines }: BankAnswersBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PayRunAnswer> {
    return this.send(runId, { type: 'RecordBankAnswers', data: { batch, lines } }, meta, seen);
  }

  /** Repeats a rejected or returned line to the account that is confirmed now. */
  @Changes(':id/reissues')
  @Allow('county-payment-officer')
  @ApiOkResponse({ type: PayRunAnswer })
  reissue(
    @Param('id', IdPipe) runId: string,
    @Body() { lineId }: ReissueBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PayRunAnswer> {
    return this.send(runId, { type: 'ReissueLine', data: { lineId } }, meta, seen);
  }

  /** Confirms that the run agrees with the bank's own sums, once every line is answered. */
  @Changes(':id/reconciliation')
  @Allow('finance')
  @ApiOkResponse({ type: PayRunAnswer })
  reconcile(
    @Param('id', IdPipe) runId: string,
    @Body() { sent, credited, rejected, returned }: ReconciliationBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PayRunAnswer> {
    return this.send(runId, { type: 'ReconcileBatch', data: { sent, credited, rejected, returned } }, meta, seen);
  }

  /** The pay runs of an area, the newest first. */
  @Get()
  @Reads('pay-run', 'pay-line')
  @Allow(...readers)
  @ApiOkResponse({ type: PayRunPage })
  async many(@Query() { area, ...filters }: PayRunsQuery, @Caller() caller: Caller): Promise<PayRunPage> {
    const within = area ?? caller.area;
    if (!this.areas.isWithin(within, caller.area)) return { items: [] };
    const { items, nextCursor } = await this.list.page({ areaPath: this.areas.scopeOf(within), ...filters });
    const sums = await this.payLines.sumsOf(items.map(({ id }) => id));
    return {
      items: items.map(({ id, areaCode, scheme, month, kind, sequence, status, lineCount, controlSum, revision }) => ({
        id,
        area: areaCode,
        scheme,
        month,
        kind,
        sequence,
        status,
        lineCount,
        controlSum: Number(controlSum),
        sums: sums.get(id) ?? { sent: 0, credited: 0, rejected: 0, returned: 0, pending: 0 },
        revision,
      })),
      ...(nextCursor !== undefined && { nextCursor }),
    };
  }

  /** One run, folded now from its stream. */
  @Get(':id')
  @Reads()
  @Allow(...readers)
  @ApiOkResponse({ type: PayRunView })
  async one(@Param('id', IdPipe) id: string, @Caller() caller: Caller): Promise<PayRunView> {
    return payRunView(await this.runs.get(id, caller.area));
  }

  /** The lines of a run in the order of its list, re-issues last. */
  @Get(':id/lines')
  @Reads('pay-run', 'pay-line')
  @Allow(...readers)
  @ApiOkResponse({ type: PayLinePage })
  async lines(
    @Param('id', IdPipe) id: string,
    @Query() { limit, cursor }: PageQuery,
    @Caller() caller: Caller,
  ): Promise<PayLinePage> {
    const { run } = await this.runs.get(id, caller.area);
    const page = await this.payLines.page({ within: { areaPath: run.areaPath }, runId: id, limit, cursor });
    return { ...page, items: page.items.map(payLineView) };
  }

  /** A batch as the bank takes it: CSV in UTF-8, amounts in the major unit; the control sum stands in `Almoner-Control-Sum`. */
  @Get(':id/batches/:batch/bank-file')
  @Reads('account')
  @Allow('finance', 'county-payment-officer')
  @Header('content-type', 'text/csv; charset=utf-8')
  @ApiProduces('text/csv')
  @ApiOkResponse({
    schema: { type: 'string' },
    headers: {
      'Almoner-Control-Sum': { description: 'Sum of the batch in the minor unit.', schema: { type: 'string' } },
    },
  })
  async bankFile(
    @Param('id', IdPipe) id: string,
    @Param('batch', new ParseIntPipe()) batch: number,
    @Reader() reader: Reader,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { text, name, controlSum, holders } = await this.bankFiles.of(await this.runs.get(id, reader.area), batch);
    await this.noteExport(reader, holders);
    void reply.header('content-disposition', `attachment; filename="${name}"`);
    void reply.header('almoner-control-sum', String(controlSum));
    return text;
  }

  /** Every event of the run, oldest first. */
  @Get(':id/history')
  @Reads()
  @Allow(...readers)
  @ApiOkResponse({ type: HistoryPage })
  async history(
    @Param('id', IdPipe) id: string,
    @Query() page: PageQuery,
    @Caller() caller: Caller,
    @InLanguage() language: Language,
    @KnownAt() known: Known | undefined,
  ): Promise<HistoryPage> {
    const { events } = await this.runs.get(id, caller.area, await this.known.upTo(known, caller.area));
    return historyPage(events, payRunTexts, language, page, { data: true });
  }

  private send(runId: string, request: PayRunRequest, meta: CommandMeta, seen: bigint): Promise<PayRunAnswer> {
    return this.commands.execute(new HandlePayRunCommand({ runId, request, seen }, meta));
  }

  /** Names and account numbers leave the house: whose they are is recorded first. */
  private async noteExport(reader: Reader, holders: Awaited<ReturnType<BankFiles['of']>>['holders']): Promise<void> {
    for (let from = 0; from < holders.length; from += NOTED_TOGETHER) {
      const some = holders.slice(from, from + NOTED_TOGETHER);
      await this.readLog.note(reader, {
        kind: 'export',
        households: [...new Set(some.map(({ householdId }) => householdId))],
        persons: [...new Set(some.map(({ personId }) => personId))],
      });
    }
  }
}
