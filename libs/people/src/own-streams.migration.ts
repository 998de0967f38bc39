import type { MigrationInterface, QueryRunner } from 'typeorm';
import { StartUpError } from '#libs/platform';

/**
 * Marks a log in which every person has a stream and personal fields are sealed. A log that has events before it was
 * marked is of the time when households held their members' names, and is refused.
 */
class GivePersonsStreams1767400001000 implements MigrationInterface {
  readonly name = 'GivePersonsStreams1767400001000';

  async up(db: QueryRunner): Promise<void> {
    const [found] = (await db.query(
      `select exists (select from es_event) or exists (select from proj_checkpoint where position <> 'start') as used`,
    )) as [{ used: boolean }];
    if (found.used)
      throw new StartUpError(
        'These data were written by a version that kept persons within households and did not seal their data; they cannot be taken over. Begin afresh: stop the service, move the data folder away or set DATA_DIR to a new one (with DATABASE_URL: name an empty database), and start again',
      );
  }

  async down(): Promise<void> {
    // A mark alone.
  }
}

/** Refuses data from before persons had streams of their own. */
export const ownStreamsMigrations = [GivePersonsStreams1767400001000];
