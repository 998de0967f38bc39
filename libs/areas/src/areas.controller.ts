import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, areaVisible } from '#libs/access';
import { Caller } from '#libs/platform';
import { AreaTree } from './area-tree.js';
import { AreaDto } from './area.dto.js';

@ApiTags('areas')
@Controller('areas')
export class AreasController {
  constructor(private readonly areas: AreaTree) {}

  /** The caller's area and everything below it, by code. */
  @Get()
  @Allow()
  list(@Caller() caller: Caller): AreaDto[] {
    return this.areas.all().filter(({ code }) => areaVisible(this.areas, caller, code));
  }
}
