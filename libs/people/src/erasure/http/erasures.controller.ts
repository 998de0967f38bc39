import { Body, Controller, Get, Param, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { AreaTree } from '#libs/areas';
import { derivedId, type CommandMeta } from '#libs/event-sourcing';
import { Caller, Changes, Creates, IdPipe, Meta, Reads, SeenRevision } from '#libs/platform';
import { retentionClasses, type RetentionClass } from '../../domain/identity/field-class.js';
import { HandleErasureCommand } from '../erasure-command.handler.js';
import { ErasureReader } from '../erasure-list.js';
import { Erasures } from '../erasures.js';
import { erasureListItem, erasureView } from './erasure.view.js';
import {
  ApproveErasureBody,
  ErasureAnswer,
  ErasurePage,
  ErasuresQuery,
  ErasureView,
  RefuseErasureBody,
  RequestErasureBody,
} from './erasures.dto.js';

const allTerms = Object.keys(retentionClasses) as RetentionClass[];

@ApiTags('erasures')
@Controller('erasures')
export class ErasuresController {
  constructor(
    private readonly commands: CommandBus,
    private readonly erasures: Erasures,
    private readonly list: ErasureReader,
    private readonly areas: AreaTree,
  ) {}

  /** Requests that data of a person or household be erased. What the law stands against is recorded as refused, with the day on which it becomes possible. */
  @Creates()
  @Allow('county-reviewer', 'supervisor', 'data-protection-officer')
  @ApiCreatedResponse({ type: ErasureAnswer })
  request(
    @Body() { kind, id, retentions = allTerms, ground }: RequestErasureBody,
    @Meta() meta: CommandMeta,
  ): Promise<ErasureAnswer> {
    const data = { subject: `${kind}-${id}`, retentions, ground };
    return this.commands.execute(
      new HandleErasureCommand(derivedId(meta.commandId, 0), { type: 'RequestErasure', data }, meta, 'no_stream'),
    );
  }

  /** Approves an erasure, as another person; one of the two is the data-protection officer. It is carried out at once and for good. */
  @Changes(':id/approve')
  @Allow('supervisor', 'data-protection-officer')
  @ApiOkResponse({ type: ErasureAnswer })
  approve(
    @Param('id', IdPipe) id: string,
    @Body() _: ApproveErasureBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<ErasureAnswer> {
    return this.commands.execute(new HandleErasureCommand(id, { type: 'ApproveErasure', data: {} }, meta, seen));
  }

  /** Turns an erasure down, or takes it back. */
  @Changes(':id/refuse')
  @Allow('county-reviewer', 'supervisor', 'data-protection-officer')
  @ApiOkResponse({ type: ErasureAnswer })
  refuse(
    @Param('id', IdPipe) id: string,
    @Body() { reason }: RefuseErasureBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<ErasureAnswer> {
    return this.commands.execute(new HandleErasureCommand(id, { type: 'RefuseErasure', data: { reason } }, meta, seen));
  }

  /** The erasures of the caller's area, the newest first. */
  @Get()
  @Reads('erasure-list')
  @Allow('county-reviewer', 'supervisor', 'data-protection-officer', 'inspector')
  @ApiOkResponse({ type: ErasurePage })
  async page(@Query() { status, limit, cursor }: ErasuresQuery, @Caller() caller: Caller): Promise<ErasurePage> {
    const page = await this.list.page({ areaPath: this.areas.scopeOf(caller.area), status, limit, cursor });
    return { ...page, items: page.items.map(erasureListItem) };
  }

  /** One erasure, folded now from its stream: what stood against it, who decided, and what the clean-up came to. */
  @Get(':id')
  @Reads()
  @Allow('county-reviewer', 'supervisor', 'data-protection-officer', 'inspector')
  @ApiOkResponse({ type: ErasureView })
  async one(@Param('id', IdPipe) id: string, @Caller() caller: Caller): Promise<ErasureView> {
    return erasureView(await this.erasures.get(id, caller.area));
  }
}
