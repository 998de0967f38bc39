import { Injectable } from '@nestjs/common';
import { AreaTree, KnownCut } from '#libs/areas';
import { localDate } from '#libs/calendar';
import { Clock, NotFound, type GlobalPosition } from '#libs/event-sourcing';
import type { Known } from '#libs/platform';
import type { Reader } from '../read-log/reader.js';
import { roleOf, type Viewer } from './sight.js';

/** Finds what is kept in an area, and what is kept anywhere as it was known. */
interface Files<File> {
  get(id: string, area: string): Promise<File>;
  find(id: string, upTo: GlobalPosition | 'start'): Promise<File | undefined>;
}

/** Who looks at which day, and what had been recorded. */
export interface Times {
  readonly viewer: Viewer;
  /** Where the log is cut; undefined where all of it is shown. */
  readonly upTo: GlobalPosition | 'start' | undefined;
}

/** Reads files as of two times: what had been recorded by one, of what was so on the other. Both are now where nothing is said. */
@Injectable()
export class LookBack {
  constructor(
    private readonly known: KnownCut,
    private readonly areas: AreaTree,
    private readonly clock: Clock,
  ) {}

  /** The two times that a reader asks for. */
  async times({ role, area }: Reader, known: Known | undefined, effective: string | undefined): Promise<Times> {
    const today = localDate(await this.clock.now(), this.areas.timeZoneOf(area));
    const upTo = await this.known.upTo(known, area);
    return { viewer: { role: roleOf(role), day: effective ?? today, today }, upTo };
  }

  /**
   * The file as it was known. The right to see it is that of today: whose file has come to the area is seen there, also as
   * it was before; who left is seen there no more.
   * @throws NotFound where there is none, none by then, or none within the reader's area
   */
  async at<File>(
    files: Files<File>,
    id: string,
    reader: Reader,
    known: Known | undefined,
    effective?: string,
  ): Promise<Times & { readonly file: File }> {
    const present = await files.get(id, reader.area);
    const times = await this.times(reader, known, effective);
    const file = times.upTo === undefined ? present : await files.find(id, times.upTo);
    if (file === undefined) throw new NotFound('file');
    return { ...times, file };
  }
}
