import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { FromQuery, IsAreaCode, PageQuery } from '#libs/platform';
import { doubleReasons } from '../doubles/reasons.js';
import { LIKELY_DOUBLE } from '../doubles/score.js';
import { ErasedView, ReasonedBody, Shows } from './facts.dto.js';

export class DoublesOfPersonQuery {
  /** Only pairs with this score or a higher one, 60 to 100. */
  @ApiProperty({ required: false, default: LIKELY_DOUBLE })
  @FromQuery()
  @IsInt()
  @Min(LIKELY_DOUBLE)
  @Max(100)
  minScore: number = LIKELY_DOUBLE;
}

export class DoublesQuery extends PageQuery {
  /** How many on a page, 1 to 200. The pairs of one person stay together, also where they are more. */
  @ApiProperty({ required: false, default: 50 })
  @FromQuery()
  @IsInt()
  @Min(1)
  @Max(200)
  override limit: number = 50;

  /** Only pairs of which one file at least is kept in this area or below. */
  @IsOptional()
  @IsAreaCode()
  area?: string;

  /** Only pairs with this score or a higher one, 60 to 100. */
  @ApiProperty({ required: false, default: LIKELY_DOUBLE })
  @FromQuery()
  @IsInt()
  @Min(LIKELY_DOUBLE)
  @Max(100)
  minScore: number = LIKELY_DOUBLE;
}

export class DismissDoubleBody extends ReasonedBody {
  /** Id of the file that looks alike and is of another person. */
  @IsUUID()
  other!: string;
}

export class DoublePersonView {
  id!: string;
  /** Code of the area that keeps the file. */
  area!: string;
  /** As far as the role is shown it. */
  @Shows('string', { optional: true })
  name?: string | ErasedView;
}

/** A word in both languages. */
export class DoubleReasonView {
  /** @example same-name */
  @ApiProperty({ enum: [...Object.keys(doubleReasons), 'outside-area'] })
  code!: string;
  en!: string;
  zh!: string;
}

/** Two files that may be of one person; where one of them is not the reader's to see, the other alone, and no more than that. */
export class DoubleView {
  persons!: DoublePersonView[];
  /** How likely, from 60 to 100. */
  score?: number;
  /** What speaks for one person and against it. */
  reasons?: DoubleReasonView[];
  /** Probably two persons, however high the score is: a merge asks for `confirmTwins`. */
  twins?: boolean;
  /** One of the files is kept outside the reader's area. */
  outside?: DoubleReasonView;
}

export class DismissedDoubleView {
  /** The files: first the one in which the decision stands. */
  persons!: string[];
  /** @example 2025-09-01 */
  decidedOn!: string;
  /** For roles that see all of a name. */
  @Shows('string', { optional: true })
  reason?: string | ErasedView;
}

export class DoublesOfPersonView {
  /** The likeliest first. */
  items!: DoubleView[];
  /** Pairs of which somebody decided, from either side, that they are of two persons. */
  dismissed!: DismissedDoubleView[];
}

export class DoublePage {
  items!: DoubleView[];
  /** Absent on the last page. A page may be short, or empty, and others follow. */
  nextCursor?: string;
}
