import type { Type } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Length, ValidateIf } from 'class-validator';
import { IsLocalDate } from '#libs/platform';
import type { FactSource } from '../domain/facts.js';

/** Also takes `null`, which says something; that it is absent is refused. */
export const OrNull = (): PropertyDecorator => ValidateIf((_, value) => value !== null);

/** The day a fact happened and the day the office came to know it; both are today where they are left out. */
export class DatedBody {
  /** @example 2025-09-01 */
  @IsOptional()
  @IsLocalDate()
  happenedOn?: string;

  /** @example 2025-09-03 */
  @IsOptional()
  @IsLocalDate()
  knownOn?: string;

  /** How the office knows: the family said so (where it is left out), or a source or a visit confirmed it. */
  @IsOptional()
  @IsIn(['declared', 'verified'])
  source?: 'declared' | 'verified';
}

/** With the paper behind it. */
export class PaperedBody extends DatedBody {
  /** The document behind it: its kind and where it is filed. @example certificate of the village committee, file 12 */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  document?: string;
}

/** Where a fact comes from, and which earlier one it corrects. */
export class FactBody extends PaperedBody {
  /** The fact that this one takes the place of, because it was never so. Then `happenedOn` is needed, and the source is `corrected`. */
  @IsOptional()
  @IsUUID()
  corrects?: string;

  /** Why it is recorded or corrected. @example mistyped on the form */
  @IsOptional()
  @IsString()
  @Length(1, 500)
  reason?: string;
}

/** A reason in words. */
export class ReasonedBody {
  /** @example entered in the wrong file */
  @IsString()
  @Length(1, 500)
  reason!: string;
}

export class WithdrawFactBody extends ReasonedBody {
  /** The fact that was recorded by mistake: it was never so, and nothing takes its place. */
  @IsUUID()
  factId!: string;
}

/** What a read may look at. */
export class EffectiveQuery {
  /** Show what was so on this day; today where it is left out. @example 2025-09-01 */
  @IsOptional()
  @IsLocalDate()
  effective?: string;
}

/** In the place of what nobody can read again: its key was destroyed. */
export class ErasedView {
  erased!: true;
}

/** In the place of what the reader's role is not shown. */
export class MaskedView {
  masked!: true;
}

/** What stands in an answer: one value or a list; `whole` where a role may be shown that there is one, and no more. */
interface Showable {
  readonly list?: boolean;
  readonly optional?: boolean;
  readonly nullable?: boolean;
  readonly whole?: boolean;
}

/** How a property is described that shows a value or a mark in its place. */
export const Shows =
  (
    shape: Type | 'string' | 'number',
    { list = false, optional = false, nullable = false, whole = false }: Showable = {},
  ): PropertyDecorator =>
  (target, key) => {
    const marks = whole ? [ErasedView, MaskedView] : [ErasedView];
    const models = typeof shape === 'string' ? [] : [shape];
    const one = typeof shape === 'string' ? { type: shape } : { $ref: getSchemaPath(shape) };
    ApiExtraModels(...marks, ...models)(target.constructor);
    ApiProperty({
      required: !optional,
      oneOf: [
        list ? { type: 'array', items: one } : one,
        ...marks.map((mark) => ({ $ref: getSchemaPath(mark) })),
        ...(nullable ? [{ type: 'null' }] : []),
      ],
    })(target, key);
  };

/** A fact as it is shown: from when it is so and how the office knows. A fact whose value the role may not see is left out. */
export class FactView {
  /** Names the fact for corrections and withdrawals. */
  factId!: string;
  /** The day from which it is so. */
  happenedOn!: string;
  /** The day the office came to know it. */
  knownOn!: string;
  source!: FactSource;
  /** The document behind it. */
  @Shows('string', { optional: true })
  document?: string | ErasedView;
  /** The fact that it took the place of. */
  corrects?: string;
  /** Why it was recorded or corrected. */
  @Shows('string', { optional: true })
  reason?: string | ErasedView;
}
