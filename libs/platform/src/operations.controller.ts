import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Metrics } from './metrics.js';
import { Public } from './public.decorator.js';
import { Readiness } from './readiness.js';

/** Whether the service lives, is ready, and how it fares. */
@ApiTags('operations')
@Public()
@Controller()
export class OperationsController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  /** Answers while the process lives. */
  @Get('health/live')
  @ApiOperation({ security: [] })
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** 200 when the database is reachable and migrated, else 503. */
  @Get('health/ready')
  @ApiOperation({ security: [] })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: string; reason?: string }> {
    const reason = await this.readiness.whyNot();
    if (reason === undefined) return { status: 'ok' };
    void reply.status(503);
    return { status: 'unavailable', reason };
  }

  /** Figures in the text format of Prometheus. */
  @Get('metrics')
  @ApiOperation({ security: [] })
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  figures(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
