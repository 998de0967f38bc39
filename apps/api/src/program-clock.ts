import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { startOfDay } from '#libs/calendar';
import { DatabaseClock, EventStore } from '#libs/event-sourcing';
import { Settings, StartUpError } from '#libs/platform';

/** The zone in which a bare date of CLOCK_START begins. */
const zoneOfDates = 'Asia/Shanghai';

/** Sets the clock of an empty data folder by the setting, and lets production run on no other clock than the database's. */
@Injectable()
export class ProgramClock implements OnModuleInit {
  private readonly logger = new Logger('Clock');

  constructor(
    private readonly clock: DatabaseClock,
    private readonly events: EventStore,
    private readonly settings: Settings,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.settings.production) {
      if ((await this.clock.offset()) !== 0)
        throw new StartUpError('These data have a moved clock, which production refuses');
      return;
    }
    const { clockStart } = this.settings;
    if (clockStart === undefined) return;
    const instant = /^\d{4}-\d{2}-\d{2}$/.test(clockStart) ? startOfDay(clockStart, zoneOfDates) : clockStart;
    if ((await this.events.head()) === 'start' && (await this.clock.startAt(instant)))
      this.logger.log(`The clock starts at ${instant}`);
  }
}
