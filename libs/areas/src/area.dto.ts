import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { IsAreaCode, IsLocalDate, PageQuery } from '#libs/platform';
import { AREA_LEVELS, type AreaLevel } from './area.js';

/** An area as the API shows it. */
export class AreaDto {
  /** 6 digits, or 9 for a township and 12 for a village. */
  code!: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Code of the area above; null for the root.' })
  parent!: string | null;
  @ApiProperty({ enum: AREA_LEVELS })
  level!: AreaLevel;
  /** In the language asked for by `Accept-Language`, where there is a name in it; else in Chinese. */
  name!: string;
  nameZh!: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Null where no English name is known.' })
  nameEn!: string | null;
  /** Codes from the root, joined by dots. */
  path!: string;
  /** IANA name. */
  timeZone!: string;
  /** ISO 4217 code. */
  currency!: string;
  /** First day of this name and place. */
  validFrom!: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Last day; null while it holds.' })
  validUntil!: string | null;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Code of the area that took its place on the day after the last one.',
  })
  successor!: string | null;
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Code of the area that it came out of, by a division or as its new code.',
  })
  origin!: string | null;
}

/** A page of areas, by code. */
export class AreaPage {
  items!: AreaDto[];
  /** Give it as `cursor` for the next page; absent on the last one. */
  nextCursor?: string;
}

/** What an area was over time, the oldest first. */
export class AreaVersions {
  items!: AreaDto[];
}

/** For which day areas are asked for. */
export class AsOfQuery {
  /**
   * The areas as they were on this day; today where it is left out.
   * @example 2023-07-01
   */
  @IsOptional()
  @IsLocalDate()
  asOf?: string;
}

export class AreasQuery extends PageQuery {
  /**
   * The areas as they were on this day; today where it is left out.
   * @example 2023-07-01
   */
  @IsOptional()
  @IsLocalDate()
  asOf?: string;

  /** Start of the code or of a name. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  search?: string;

  /** Only what lies directly below this area. */
  @IsOptional()
  @IsAreaCode()
  parent?: string;

  @IsOptional()
  @IsIn(AREA_LEVELS)
  level?: AreaLevel;
}
