import { Body, Controller, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { derivedId, personal, type CommandMeta } from '#libs/event-sourcing';
import { Changes, IdPipe, invalid, Meta, SeenRevision } from '#libs/platform';
import { HandleHouseholdCommand } from '../household-command.handler.js';
import { FactRecorder } from './fact-recorder.js';
import { WithdrawFactBody } from './facts.dto.js';
import {
  DeclareAssetsBody,
  DeclareIncomeBody,
  DeclareSpendingBody,
  LiableRelativeAnswer,
  RecordLiableRelativeBody,
} from './household-facts.dto.js';
import { HouseholdAnswer } from './household.dto.js';
import { keepers } from './roles.js';

/** What a household lives on, as it declares it or as it was verified. */
@ApiTags('households')
@Controller('households')
export class HouseholdMeansController {
  constructor(
    private readonly commands: CommandBus,
    private readonly recorder: FactRecorder,
  ) {}

  /** Records income as the household declares it; a later declaration takes the place of the one before. */
  @Changes(':id/income-declarations')
  @Allow('village-helper', 'township-officer', 'investigator', 'county-reviewer')
  @ApiOkResponse({ type: HouseholdAnswer })
  declareIncome(
    @Param('id', IdPipe) id: string,
    @Body() { parts, ...from }: DeclareIncomeBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    return this.recorder.ofHousehold({ id, from, meta, seen }, ({ fact }) => [
      { type: 'IncomeDeclared', data: { ...fact, parts: personal(parts) } },
    ]);
  }

  /** Records what the household owns; a later declaration takes the place of the one before. */
  @Changes(':id/asset-declarations')
  @Allow('township-officer', 'investigator', 'county-reviewer')
  @ApiOkResponse({ type: HouseholdAnswer })
  declareAssets(
    @Param('id', IdPipe) id: string,
    @Body() { assets, ...from }: DeclareAssetsBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    return this.recorder.ofHousehold({ id, from, meta, seen }, ({ fact }) => [
      { type: 'AssetsDeclared', data: { ...fact, assets: personal(assets) } },
    ]);
  }

  /** Records essential spending that the household bears itself; a later declaration takes the place of the one before. */
  @Changes(':id/spending-declarations')
  @Allow('township-officer', 'investigator', 'county-reviewer')
  @ApiOkResponse({ type: HouseholdAnswer })
  declareSpending(
    @Param('id', IdPipe) id: string,
    @Body() { parts, ...from }: DeclareSpendingBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    return this.recorder.ofHousehold({ id, from, meta, seen }, ({ fact }) => [
      { type: 'SpendingDeclared', data: { ...fact, parts: personal(parts) } },
    ]);
  }

  /** Records somebody outside who has a duty of support, or that there is none any more. */
  @Changes(':id/liable-relatives')
  @Allow('township-officer', 'investigator', 'county-reviewer')
  @ApiOkResponse({ type: LiableRelativeAnswer })
  async liableRelative(
    @Param('id', IdPipe) id: string,
    @Body() { relativeId: given, relative, ...from }: RecordLiableRelativeBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<LiableRelativeAnswer> {
    if (relative === null && given === undefined) throw invalid({ pointer: '/relativeId', code: 'isDefined' });
    const relativeId = given ?? derivedId(meta.commandId, 'relative');
    const answer = await this.recorder.ofHousehold({ id, from, meta, seen }, ({ fact }) => [
      { type: 'LiableRelativeRecorded', data: { ...fact, relativeId, relative: personal(relative) } },
    ]);
    return { ...answer, relativeId };
  }

  /** Withdraws a fact that was recorded by mistake: it was never so, and nothing takes its place. */
  @Changes(':id/withdrawals')
  @Allow(...keepers)
  @ApiOkResponse({ type: HouseholdAnswer })
  withdraw(
    @Param('id', IdPipe) id: string,
    @Body() { factId, reason }: WithdrawFactBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    const command = { type: 'WithdrawFact', data: { factId, reason: personal(reason) } } as const;
    return this.commands.execute(new HandleHouseholdCommand(id, command, meta, seen));
  }
}
