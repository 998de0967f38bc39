import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { ReadLog, Reader } from '#libs/people';
import { IdPipe, InLanguage, Reads, type Language } from '#libs/platform';
import { Cases, filesOf } from '../cases.js';
import { Recomputation } from '../recomputation.js';
import { RecomputationView } from './recomputation.dto.js';
import { recomputationView } from './recomputation.view.js';

@ApiTags('cases')
@Controller('cases')
export class RecomputationController {
  constructor(
    private readonly cases: Cases,
    private readonly recomputation: Recomputation,
    private readonly readLog: ReadLog,
  ) {}

  /**
   * Makes every decision of the case once more, from what the log held when it was made and the parameters of its day, and says
   * whether it comes to the same.
   */
  @Get(':id/recomputation')
  @Reads()
  @Allow('county-reviewer', 'supervisor', 'inspector')
  @ApiOkResponse({ type: RecomputationView })
  async recompute(
    @Param('id', IdPipe) id: string,
    @Reader() reader: Reader,
    @InLanguage() language: Language,
  ): Promise<RecomputationView> {
    const found = await this.cases.get(id, reader.area);
    const decisions = await this.recomputation.of(found);
    await this.readLog.note(reader, { kind: 'history', ...filesOf(found) });
    return recomputationView(found, decisions, language);
  }
}
