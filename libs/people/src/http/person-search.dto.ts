import { IsInt, IsOptional, IsString, Length, Max, MaxLength, Min } from 'class-validator';
import { IsAreaCode, PageQuery } from '#libs/platform';

export class SearchPersonsQuery extends PageQuery {
  /** Name, pinyin or its initials, identity number, telephone, or number of a household or case. @example zhangsan */
  @IsString()
  @Length(1, 100)
  search!: string;

  /** Only persons of this area and below. */
  @IsOptional()
  @IsAreaCode()
  area?: string;
}

/** The same as a body, which has no place for defaults. */
export class SearchPersonsDto {
  /** Name, pinyin or its initials, identity number, telephone, or number of a household or case. @example zhangsan */
  @IsString()
  @Length(1, 100)
  search!: string;

  /** Only persons of this area and below. */
  @IsOptional()
  @IsAreaCode()
  area?: string;

  /** How many at most, 1 to 200; 50 when left out. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(200)
  limit?: number;

  /** Where the last page ended, as it said itself. */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  cursor?: string;
}

export class FoundPersonView {
  id!: string;
  area!: string;
  /** As far as the role is shown it. */
  name?: string;
  otherName?: string;
  birthYear?: number;
  phone?: string;
  householdId?: string;
  householdNumber?: string;
  caseNumbers?: string[];
  diedOn?: string;
  /** The file that this one was merged into, where it was found to be of the same person. */
  mergedInto?: string;
  /** The file that goes on in the end. */
  survivorId?: string;
  erased!: boolean;
  /** What of the person the text matched. */
  matched!: string;
  /** How good the match is, from 100 downwards. */
  score!: number;
}

export class FoundPersonPage {
  items!: FoundPersonView[];
  /** Absent on the last page. */
  nextCursor?: string;
}
