import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { FromQuery } from './validation-rules.js';

/** Which page of a list; extend it with the filters of the list. */
export class PageQuery {
  /** How many at most, 1 to 200. */
  @ApiProperty({ required: false, default: 50 })
  @FromQuery()
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  /** Where the last page ended, as it said itself. */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  cursor?: string;
}
