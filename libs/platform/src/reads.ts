import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { parseKnown } from './known.js';
import { KNOWN_AT_ROUTE, READS } from './read-metadata.js';
import { requestParameter } from './request-parameter.js';

/**
 * Route of a read. Names the projections that it shows; none when it folds the log itself. Handles `?waitFor=<position>`
 * (two seconds at most, then 503) and names the position of the answer in `Almoner-Position`.
 *
 * Parameters of the query that no DTO declares are refused with 400. `waitFor` never stands in a DTO, and `known` comes in
 * through {@link KnownAt}.
 */
export const Reads = (...projections: string[]) =>
  applyDecorators(
    SetMetadata(READS, projections),
    ApiQuery({
      name: 'waitFor',
      required: false,
      description: 'Log position that the answer must include; waits two seconds at most.',
      schema: { type: 'string' },
    }),
  );

const Known_ = requestParameter(({ query }) => parseKnown(query));

/** Parameter: `?known=` as {@link Known}, undefined when not given. Cuts the log by when events were recorded. */
export const KnownAt = (): ParameterDecorator => (target, key, index) => {
  Known_()(target, key, index);
  if (key === undefined) return;
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  if (!descriptor) return;
  SetMetadata(KNOWN_AT_ROUTE, true)(target, key, descriptor);
  ApiQuery({
    name: 'known',
    required: false,
    description: 'Show what had been recorded by then: an instant, a date (its end, local) or `position:<p>`.',
    schema: { type: 'string' },
  })(target, key, descriptor);
};
