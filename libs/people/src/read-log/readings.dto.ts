import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { IsInstant, PageQuery } from '#libs/platform';
import { readingPurposes, type ReadingPurpose } from './purposes.js';
import type { ReadingKind, SearchBy } from './read-log.js';

/** Which readings; all that is given must hold. */
export class ReadingsFilter extends PageQuery {
  /** Subject of the reader. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  reader?: string;

  /** Id of a person whose data were in the answer. */
  @IsOptional()
  @IsUUID()
  person?: string;

  /** Id of a household whose file was in the answer. */
  @IsOptional()
  @IsUUID()
  household?: string;

  @IsOptional()
  @IsIn(Object.keys(readingPurposes))
  purpose?: ReadingPurpose;

  /** Readings from this instant on. @example 2025-09-01T00:00:00Z */
  @IsOptional()
  @IsInstant()
  from?: string;

  /** Readings before this instant. @example 2025-10-01T00:00:00Z */
  @IsOptional()
  @IsInstant()
  to?: string;
}

/** A search: neither its text nor who was found, but enough to know equal ones as equal. */
export class SearchView {
  by!: SearchBy;
  /** Keyed hash of the text, hex. */
  textHash!: string;
  /** How many were in the answer. */
  hits!: number;
}

/** One reading of the read log. */
export class ReadingView {
  /** Instant, RFC 3339 in UTC. */
  at!: string;
  /** Subject of the reader. */
  reader!: string;
  role!: string;
  /** Code of the area that the reader acted for. */
  area!: string;
  purpose!: ReadingPurpose;
  kind!: ReadingKind;
  /** Ids of the persons whose data were in the answer. */
  persons!: string[];
  /** Ids of the households whose files were in the answer. */
  households!: string[];
  search?: SearchView;
  /** The time that was asked for, as it was written; absent for now. */
  known?: string;
  effective?: string;
  /** Id of the request, as its problem or log line names it. */
  requestId!: string;
}

export class ReadingsPage {
  items!: ReadingView[];
  /** Absent on the last page. */
  nextCursor?: string;
}

/** Who read a person's data, as the person may be told. */
export class ReaderView {
  /** Instant, RFC 3339 in UTC. */
  at!: string;
  /** Subject of the reader. */
  reader!: string;
  role!: string;
  /** Code of the area that the reader acted for. */
  area!: string;
  purpose!: ReadingPurpose;
  kind!: ReadingKind;
}

export class ReadersPage {
  items!: ReaderView[];
  /** Absent on the last page. */
  nextCursor?: string;
}
