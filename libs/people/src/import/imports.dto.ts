import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { FromQuery, IsAreaCode, PageQuery } from '#libs/platform';
import type { ImportState } from './import-jobs.js';

/** What an upload is, beside its bytes. */
export class UploadQuery {
  /** Name of the file, by which people know it. */
  @IsString()
  @MaxLength(200)
  name!: string;

  /** Sheet of a workbook; the first one with a header when left out. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  sheet?: string;

  /** Area of households whose rows name none, in which all of them lie; the caller's when left out. */
  @IsOptional()
  @IsAreaCode()
  area?: string;

  /** Checks everything and registers nothing. */
  @ApiProperty({ required: false, enum: ['true', 'false'], default: 'false' })
  @IsIn(['true', 'false'])
  dryRun: 'true' | 'false' = 'false';
}

/** An import of households. */
export class ImportView {
  id!: string;
  fileName!: string;
  fileBytes!: number;
  sheet?: string;
  dryRun!: boolean;
  area!: string;
  /** Subject of the person who imports. */
  actor!: string;
  @ApiProperty({ enum: ['waiting', 'running', 'done', 'failed'] })
  state!: ImportState;
  /** Code of the problem for which the whole file was refused. */
  failure?: string;
  /** That problem in words. */
  failureText?: string;
  /** Headings that are not known; what stands below them was left alone. */
  ignoredColumns!: string[];
  /** Rows of persons in the file; absent until it was looked through. */
  allRows?: number;
  allHouseholds?: number;
  /** Rows and households that are settled. */
  rows!: number;
  households!: number;
  /** Households that were registered now or before; of a dry run, those that could be. */
  registered!: number;
  /** Households that were not taken, with all their rows. */
  rejected!: number;
  /** Members of the registered households who had been registered before; what the file says of them otherwise was not recorded. */
  knownPersons!: number;
  /** Households in a second. */
  perSecond!: number;
  /** Seconds that the rest takes at this rate; absent when nothing is left. */
  secondsLeft?: number;
  createdAt!: string;
  startedAt?: string;
  endedAt?: string;
  /** False once the file of rejected rows was removed. */
  rejectedKept!: boolean;
}

export class ImportsPage {
  items!: ImportView[];
  /** Absent on the last page. */
  nextCursor?: string;
}

/** Which page of the problems. */
export class ProblemsQuery extends PageQuery {
  /** How many at most, 1 to 1000. */
  @ApiProperty({ required: false, default: 50 })
  @FromQuery()
  @IsInt()
  @Min(1)
  @Max(1000)
  override limit: number = 50;
}

/** What is wrong with a row. */
export class ImportProblemView {
  /** Line of the file; of a spreadsheet its row. */
  line!: number;
  /** Heading of the column; absent where the whole row or household is meant. */
  column?: string;
  /** Stable name of the problem. */
  code!: string;
  en!: string;
  zh!: string;
}

export class ImportProblemsPage {
  items!: ImportProblemView[];
  /** Absent on the last page. */
  nextCursor?: string;
}
