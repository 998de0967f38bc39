import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, ROLES, type Role } from '#libs/access';
import { ClockRefused, DatabaseClock, WakeUp } from '#libs/event-sourcing';
import { Problem, ProblemCatalogue, Reads, Settings } from '#libs/platform';
import { AdvanceClockBody, ClockView } from './development-clock.dto.js';

const texts = {
  CLOCK_MOVES_FORWARD_ONLY: { status: 409, en: 'The clock moves forward only.', zh: '时钟只能向前拨。' },
  CLOCK_IS_FIXED: { status: 409, en: 'Only development may move the clock.', zh: '只有开发环境可以拨动时钟。' },
} as const;

/** The program's clock, which development may move forward so that months pass in minutes. */
@ApiTags('development')
@Controller('development/clock')
export class DevelopmentClockController {
  constructor(
    private readonly clock: DatabaseClock,
    private readonly settings: Settings,
    private readonly wakeUp: WakeUp,
    problems: ProblemCatalogue,
  ) {
    problems.add(texts);
  }

  /** What time it is for the program. */
  @Get()
  @Reads()
  @Allow(...(Object.keys(ROLES) as Role[]))
  @ApiOkResponse({ type: ClockView })
  async now(): Promise<ClockView> {
    return { now: await this.clock.now(), offsetMs: await this.clock.offset() };
  }

  /** Moves the clock forward. Refused in production. */
  @Post()
  @HttpCode(200)
  @Allow('administrator')
  @ApiOkResponse({ type: ClockView })
  async advance(@Body() { to }: AdvanceClockBody): Promise<ClockView> {
    if (this.settings.production) throw new Problem(409, 'CLOCK_IS_FIXED');
    try {
      await this.clock.advanceTo(to);
    } catch (error) {
      throw error instanceof ClockRefused ? new Problem(409, error.code) : error;
    }
    this.wakeUp.ring();
    return this.now();
  }
}
