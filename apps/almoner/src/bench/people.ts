import type { Benchmark } from './benchmark.js';
import { measureImport } from './people-import.js';
import { peopleSearchBenchmark } from './people-search.js';
import { measureSealing } from './people-sealing.js';
import { withPeopleService } from './people-service.js';

/** Persons and households: found, taken in from files, and sealed. */
export const peopleBenchmark: Benchmark = async (options) => {
  // First: it makes the tables of the search from an empty log.
  const search = await peopleSearchBenchmark(options);
  const others = await withPeopleService(options.url, async (service) => [
    await measureImport(service, options),
    await measureSealing(service, options),
  ]);
  const findings = [...others, search];
  return {
    results: findings.flatMap(({ results }) => results),
    figures: findings.flatMap(({ figures = [] }) => figures),
    notes: findings.flatMap(({ notes }) => notes),
  };
};
