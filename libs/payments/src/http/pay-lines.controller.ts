import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { AreaTree } from '#libs/areas';
import { Caller, Reads } from '#libs/platform';
import { PayLineReader, type PayLineQuery } from '../projections/pay-line.js';
import { payLineView } from './pay-run.view.js';
import { PayLinePage, PayLinesQuery } from './pay-runs.dto.js';

@ApiTags('pay runs')
@Controller('pay-lines')
export class PayLinesController {
  constructor(
    private readonly lines: PayLineReader,
    private readonly areas: AreaTree,
  ) {}

  /** Payments over all runs, by household, case or month, in the order in which they were listed. */
  @Get()
  @Reads('pay-run', 'pay-line')
  @Allow('township-officer', 'county-reviewer', 'county-payment-officer', 'finance', 'supervisor', 'inspector')
  @ApiOkResponse({ type: PayLinePage })
  async many(@Query() query: PayLinesQuery, @Caller() { area }: Caller): Promise<PayLinePage> {
    const { household: householdId, case: caseId, month, limit, cursor } = query;
    const page = await this.lines.page({ within: this.reachOf(area), householdId, caseId, month, limit, cursor });
    return { ...page, items: page.items.map(payLineView) };
  }

  /** Below counties a run is not the reader's own, but the cases are. */
  private reachOf(area: string): PayLineQuery['within'] {
    const { level } = this.areas.get(area);
    if (level !== 'township' && level !== 'village') return { areaPath: this.areas.scopeOf(area) };
    return { areaCodes: this.areas.codesWithin(area) };
  }
}
