import { Body, Controller, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { derivedId, personal, type CommandMeta } from '#libs/event-sourcing';
import { Changes, IdPipe, Meta, SeenRevision } from '#libs/platform';
import { HandlePersonCommand } from '../person-command.handler.js';
import { FactRecorder } from './fact-recorder.js';
import { DismissDoubleBody } from './doubles.dto.js';
import { WithdrawFactBody } from './facts.dto.js';
import {
  AccountAnswer,
  ConfirmAccountBody,
  CorrectAccountBody,
  MergeBody,
  MergePersonBody,
  PersonAnswer,
  RejectAccountBody,
} from './person-facts.dto.js';
import { judges, keepers } from './roles.js';

/** What is decided on a person's file: facts recorded by mistake, accounts that take two people, files of one person. */
@ApiTags('persons')
@Controller('persons')
export class PersonFilesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly recorder: FactRecorder,
  ) {}

  /** Withdraws a fact that was recorded by mistake: it was never so, and nothing takes its place. */
  @Changes(':id/withdrawals')
  @Allow(...keepers)
  @ApiOkResponse({ type: PersonAnswer })
  withdraw(
    @Param('id', IdPipe) id: string,
    @Body() { factId, reason }: WithdrawFactBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    const data = { factId, reason: personal(reason) };
    return this.commands.execute(new HandlePersonCommand(id, { type: 'WithdrawFact', data }, meta, seen));
  }

  /** Proposes another account; a second person confirms it. */
  @Changes(':id/account-corrections')
  @Allow('county-payment-officer', 'township-officer')
  @ApiOkResponse({ type: AccountAnswer })
  async correctAccount(
    @Param('id', IdPipe) id: string,
    @Body() { bank, number, holder, ...from }: CorrectAccountBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<AccountAnswer> {
    const accountId = derivedId(meta.commandId, 'account');
    const answer = await this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'AccountCorrected',
      data: { ...fact, accountId, account: personal({ bank, number, holder }), proposedBy: meta.actor },
    }));
    return { ...answer, accountId };
  }

  /** Confirms a proposed account, as another person. */
  @Changes(':id/account-confirmations')
  @Allow('county-payment-officer', 'finance')
  @ApiOkResponse({ type: PersonAnswer })
  confirmAccount(
    @Param('id', IdPipe) id: string,
    @Body() { accountId }: ConfirmAccountBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    const command = { type: 'ConfirmAccount', data: { accountId } } as const;
    return this.commands.execute(new HandlePersonCommand(id, command, meta, seen));
  }

  /** Turns a proposed account down. */
  @Changes(':id/account-rejections')
  @Allow('county-payment-officer', 'finance')
  @ApiOkResponse({ type: PersonAnswer })
  rejectAccount(
    @Param('id', IdPipe) id: string,
    @Body() { accountId, reason }: RejectAccountBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    const command = { type: 'RejectAccount', data: { accountId, reason: personal(reason) } } as const;
    return this.commands.execute(new HandlePersonCommand(id, command, meta, seen));
  }

  /**
   * Says that this file and another are of one person; the other goes on. Nothing is moved, and it can be undone. Refused where
   * both count in different households, or both have open cases of their own.
   */
  @Changes(':id/merges')
  @Allow(...judges)
  @ApiOkResponse({ type: PersonAnswer })
  merge(
    @Param('id', IdPipe) id: string,
    @Body() { into, reason, confirmTwins = false }: MergeBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    const command = { type: 'MergePerson', data: { into, reason: personal(reason), confirmTwins } } as const;
    return this.commands.execute(new HandlePersonCommand(id, command, meta, seen));
  }

  /** Says that they are two persons after all; the pair is not proposed again. */
  @Changes(':id/merge-undoings')
  @Allow(...judges)
  @ApiOkResponse({ type: PersonAnswer })
  undoMerge(
    @Param('id', IdPipe) id: string,
    @Body() { into, reason }: MergePersonBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    const command = { type: 'UndoMerge', data: { into, reason: personal(reason) } } as const;
    return this.commands.execute(new HandlePersonCommand(id, command, meta, seen));
  }

  /** Says that this file and one that looks alike are of two persons: the pair is proposed no more, from neither side. */
  @Changes(':id/double-dismissals')
  @Allow(...judges)
  @ApiOkResponse({ type: PersonAnswer })
  dismissDouble(
    @Param('id', IdPipe) id: string,
    @Body() { other, reason }: DismissDoubleBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    const command = { type: 'DismissDouble', data: { other, reason: personal(reason) } } as const;
    return this.commands.execute(new HandlePersonCommand(id, command, meta, seen));
  }
}
