import type { RefusalDetails } from '#libs/event-sourcing/decider';

/** What is wrong with one field of the input. */
export interface FieldError {
  /** JSON pointer into the body, e.g. `/income/0/amount`; `?name` for a query parameter, `#Name` for a header. */
  readonly pointer: string;
  /** Name of the broken rule, e.g. `isInt`; stable. */
  readonly code: string;
  /** Values that the rule's text names. */
  readonly details?: Readonly<Record<string, string | number>>;
}

/** What a problem adds to its code. */
export interface ProblemExtras {
  readonly details?: RefusalDetails;
  readonly errors?: readonly FieldError[];
  /** Response headers, e.g. `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An answer other than the wished one, thrown by the HTTP side. Rules of the domain are refusals, not problems.
 * The texts stand in the {@link ProblemCatalogue} under the code.
 */
export class Problem extends Error {
  readonly details: RefusalDetails;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: number,
    readonly code: string,
    { details = {}, errors = [], headers = {} }: ProblemExtras = {},
  ) {
    super(code);
    this.name = 'Problem';
    this.details = details;
    this.errors = errors;
    this.headers = headers;
  }
}

/** 400 for fields of the body or parameters of the query. */
export const invalid = (...errors: FieldError[]): Problem =>
  new Problem(400, errors.every(({ code }) => code === 'unknownField') ? 'UNKNOWN_FIELD' : 'VALIDATION_FAILED', {
    errors,
  });
