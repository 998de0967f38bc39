import { IsInstant } from '#libs/platform';

export class AdvanceClockBody {
  /** Instant to move the program's clock to; forward only. @example 2025-09-02T01:00:00Z */
  @IsInstant()
  to!: string;
}

export class ClockView {
  /** The program's time, RFC 3339 in UTC. */
  now!: string;
  /** Milliseconds by which it is ahead of the database's own clock. */
  offsetMs!: number;
}
