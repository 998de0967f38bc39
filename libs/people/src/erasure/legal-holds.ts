import { Injectable } from '@nestjs/common';
import { AreaTree } from '#libs/areas';
import { addMonths, localDate, type LocalDate } from '#libs/calendar';
import { retentionClasses, type RetentionClass } from '../domain/identity/field-class.js';
import type { HoldFindings } from './erasure.js';
import type { Hold } from './erasure.events.js';
import { SubjectFiles } from './subject-file.js';

/** What is to be erased: the data of a stream that are kept for these terms. */
export interface ErasureSubject {
  readonly subject: string;
  readonly retentions: readonly RetentionClass[];
}

/**
 * Port: what the law still wants kept. Asked when an erasure is requested, and again when it is approved.
 *
 * An implementation gives a hold for every open case, running award, open objection and payment that is not settled, without
 * `until` where its end cannot be foreseen, and {@link termsFrom} with the last day of support, payment or life.
 */
export abstract class LegalHolds {
  /** @throws NotFound where there is no such subject */
  abstract of(subject: ErasureSubject, today: LocalDate): Promise<HoldFindings>;
}

/** The terms of these classes that still run on a day, where they count from `ended`, the last day that mattered. */
export const termsFrom = (ended: LocalDate, retentions: readonly RetentionClass[], today: LocalDate): readonly Hold[] =>
  retentions
    .map((each): Hold => ({
      code: `term-of-${each}`,
      until: addMonths(ended, retentionClasses[each].years * 12),
    }))
    .filter(({ until = '' }) => until > today);

/** Holds with the first day on which none stands. */
export function findingsOf(holds: readonly Hold[], today: LocalDate): HoldFindings {
  let possibleFrom = today;
  for (const { until } of holds) {
    if (until === undefined) return { holds };
    if (until > possibleFrom) possibleFrom = until;
  }
  return { holds, possibleFrom };
}

/**
 * For subjects without a case, so without support or payment. The terms count from the death or else, careful as to what is
 * not known here, from the day on which something was last recorded.
 */
@Injectable()
export class FileHolds extends LegalHolds {
  constructor(
    private readonly files: SubjectFiles,
    private readonly areas: AreaTree,
  ) {
    super();
  }

  override async of({ subject, retentions }: ErasureSubject, today: LocalDate): Promise<HoldFindings> {
    const { diedOn, lastRecordedAt, area } = await this.files.get(subject);
    const ended = diedOn ?? localDate(lastRecordedAt, this.areas.timeZoneOf(area));
    return findingsOf(termsFrom(ended, retentions, today), today);
  }
}
