import { ApiProperty } from '@nestjs/swagger';
import { AREA_LEVELS, type Area, type AreaLevel } from './area.js';

/** An area as the API shows it. */
export class AreaDto implements Area {
  /** 6 digits, or 9 for a township and 12 for a village. */
  code!: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Code of the area above; null for the root.' })
  parent!: string | null;
  @ApiProperty({ enum: AREA_LEVELS })
  level!: AreaLevel;
  nameEn!: string;
  nameZh!: string;
  /** Codes from the root, joined by dots. */
  path!: string;
  /** IANA name. */
  timeZone!: string;
  /** ISO 4217 code. */
  currency!: string;
  validFrom!: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Last day; null while it exists.' })
  validUntil!: string | null;
}
