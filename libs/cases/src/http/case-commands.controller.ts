import { Body, Controller, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { AreaTree } from '#libs/areas';
import { localDate } from '#libs/calendar';
import { Clock, derivedId, personal, type CommandMeta } from '#libs/event-sourcing';
import { Changes, Creates, IdPipe, Meta, SeenRevision } from '#libs/platform';
import { HandleCaseCommand } from '../case-command.handler.js';
import type { CaseCommand } from '../domain/case.js';
import type { FactDates } from '../domain/case.events.js';
import {
  CaseAnswer,
  CaseFactDatesBody,
  GivePreliminaryOpinionBody,
  NothingMoreBody,
  OpenRecheckBody,
  PostNoticeBody,
  ReasonBody,
  RecordHomeVisitBody,
  RecordObjectionBody,
  RecordVerificationReportBody,
  StopAwardBody,
  SubmitApplicationBody,
  WithdrawApplicationBody,
} from './cases.dto.js';

@ApiTags('cases')
@Controller('cases')
export class CaseCommandsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly areas: AreaTree,
    private readonly clock: Clock,
  ) {}

  /** Submits an application of a household, or for one of its members. */
  @Creates()
  @Allow('village-helper', 'township-officer')
  @ApiCreatedResponse({ type: CaseAnswer })
  async submit(
    @Body() { scheme, householdId, personId, ...dates }: SubmitApplicationBody,
    @Meta() meta: CommandMeta,
  ): Promise<CaseAnswer> {
    const subject = { scheme, householdId, ...(personId !== undefined && { personId }) };
    const data = { ...subject, ...(await this.dates(dates, meta.area)) };
    return this.send(derivedId(meta.commandId, 0), { type: 'SubmitApplication', data }, meta, 'no_stream');
  }

  /** Accepts an application; the clock of the procedure starts. */
  @Changes(':id/acceptance')
  @Allow('township-officer')
  @ApiOkResponse({ type: CaseAnswer })
  accept(
    @Param('id', IdPipe) id: string,
    @Body() _: NothingMoreBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    return this.send(id, { type: 'AcceptApplication', data: {} }, meta, seen);
  }

  /** Declines to accept an application, with the reason in writing. */
  @Changes(':id/non-acceptance')
  @Allow('township-officer')
  @ApiOkResponse({ type: CaseAnswer })
  decline(
    @Param('id', IdPipe) id: string,
    @Body() { reason }: ReasonBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    return this.send(id, { type: 'DeclineApplication', data: { reason: personal(reason) } }, meta, seen);
  }

  /** Records that the applicant takes the application back. */
  @Changes(':id/withdrawal')
  @Allow('village-helper', 'township-officer')
  @ApiOkResponse({ type: CaseAnswer })
  async withdraw(
    @Param('id', IdPipe) id: string,
    @Body() { reason, ...dates }: WithdrawApplicationBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    const data = { reason: personal(reason), ...(await this.dates(dates, meta.area)) };
    return this.send(id, { type: 'WithdrawApplication', data }, meta, seen);
  }

  /** Records the home visit by two investigators. */
  @Changes(':id/home-visit')
  @Allow('investigator', 'township-officer')
  @ApiOkResponse({ type: CaseAnswer })
  async visit(
    @Param('id', IdPipe) id: string,
    @Body() { visitedOn, investigators, memberPresent, findings }: RecordHomeVisitBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    const dates = await this.dates({ happenedOn: visitedOn }, meta.area);
    const data = {
      ...dates,
      investigators,
      memberPresent,
      ...(findings !== undefined && { findings: personal(findings) }),
    };
    return this.send(id, { type: 'RecordHomeVisit', data }, meta, seen);
  }

  /** Records the verification report with what each source answered. */
  @Changes(':id/verification-report')
  @Allow('township-officer', 'county-reviewer')
  @ApiOkResponse({ type: CaseAnswer })
  async report(
    @Param('id', IdPipe) id: string,
    @Body() { sources, issuedOn }: RecordVerificationReportBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    const dates = await this.dates({ ...(issuedOn !== undefined && { happenedOn: issuedOn }) }, meta.area);
    return this.send(id, { type: 'RecordVerificationReport', data: { ...dates, sources } }, meta, seen);
  }

  /** Gives the township's opinion: the amount by the formula, and the reasons. */
  @Changes(':id/preliminary-opinion')
  @Allow('township-officer')
  @ApiOkResponse({ type: CaseAnswer })
  opine(
    @Param('id', IdPipe) id: string,
    @Body() { reason }: GivePreliminaryOpinionBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    const data = { ...(reason !== undefined && { reason: personal(reason) }) };
    return this.send(id, { type: 'GivePreliminaryOpinion', data }, meta, seen);
  }

  /** Posts the public notice; it ends by itself, at 24:00 of its last day. */
  @Changes(':id/public-notice')
  @Allow('township-officer')
  @ApiOkResponse({ type: CaseAnswer })
  postNotice(
    @Param('id', IdPipe) id: string,
    @Body() { place }: PostNoticeBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    return this.send(id, { type: 'PostNotice', data: { place } }, meta, seen);
  }

  /** Records an objection to the notice; the case is investigated again. */
  @Changes(':id/objection')
  @Allow('township-officer', 'county-reviewer')
  @ApiOkResponse({ type: CaseAnswer })
  async object(
    @Param('id', IdPipe) id: string,
    @Body() { grounds, ...dates }: RecordObjectionBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    const data = { grounds: personal(grounds), ...(await this.dates(dates, meta.area)) };
    return this.send(id, { type: 'RecordObjection', data }, meta, seen);
  }

  /** Sends a case back to the township for more. */
  @Changes(':id/return')
  @Allow('county-reviewer')
  @ApiOkResponse({ type: CaseAnswer })
  sendBack(
    @Param('id', IdPipe) id: string,
    @Body() { reason }: ReasonBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    return this.send(id, { type: 'ReturnCase', data: { reason: personal(reason) } }, meta, seen);
  }

  /** Confirms what the township proposed, as another person. */
  @Changes(':id/confirmation')
  @Allow('county-reviewer')
  @ApiOkResponse({ type: CaseAnswer })
  confirm(
    @Param('id', IdPipe) id: string,
    @Body() _: NothingMoreBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    return this.send(id, { type: 'ConfirmCase', data: {} }, meta, seen);
  }

  /** Refuses the application, with the reason in writing. */
  @Changes(':id/refusal')
  @Allow('county-reviewer')
  @ApiOkResponse({ type: CaseAnswer })
  refuse(
    @Param('id', IdPipe) id: string,
    @Body() { reason }: ReasonBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    return this.send(id, { type: 'RefuseCase', data: { reason: personal(reason) } }, meta, seen);
  }

  /** Opens a re-check; payments go on meanwhile. */
  @Changes(':id/recheck')
  @Allow('township-officer', 'county-reviewer')
  @ApiOkResponse({ type: CaseAnswer })
  recheck(
    @Param('id', IdPipe) id: string,
    @Body() { kind }: OpenRecheckBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    return this.send(id, { type: 'OpenRecheck', data: { kind } }, meta, seen);
  }

  /** Decides a re-check: increased, reduced, unchanged or stopped, by the figures. */
  @Changes(':id/recheck-decision')
  @Allow('county-reviewer')
  @ApiOkResponse({ type: CaseAnswer })
  decideRecheck(
    @Param('id', IdPipe) id: string,
    @Body() _: NothingMoreBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    return this.send(id, { type: 'DecideRecheck', data: {} }, meta, seen);
  }

  /** Stops the award after a last month. */
  @Changes(':id/stop')
  @Allow('county-reviewer')
  @ApiOkResponse({ type: CaseAnswer })
  stop(
    @Param('id', IdPipe) id: string,
    @Body() { reason, lastMonth }: StopAwardBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<CaseAnswer> {
    return this.send(id, { type: 'StopAward', data: { reason: personal(reason), lastMonth } }, meta, seen);
  }

  private send(id: string, command: CaseCommand, meta: CommandMeta, seen: bigint | 'no_stream'): Promise<CaseAnswer> {
    return this.commands.execute(new HandleCaseCommand(id, command, meta, seen));
  }

  private async dates(given: CaseFactDatesBody, area: string): Promise<FactDates> {
    const today = localDate(await this.clock.now(), this.areas.timeZoneOf(area));
    return { happenedOn: given.happenedOn ?? today, knownOn: given.knownOn ?? today };
  }
}
