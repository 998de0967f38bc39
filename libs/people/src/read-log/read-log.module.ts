import { Global, Module } from '@nestjs/common';
import { ProblemCatalogue } from '#libs/platform';
import { PrivacyModule } from '../privacy/privacy.module.js';
import { PersonAreas } from './person-areas.js';
import { readLogTexts } from './purposes.js';
import { ReadLogReader } from './read-log-reader.js';
import { ReadLog } from './read-log.js';
import { ReadingsController } from './readings.controller.js';

/** The read log, for every module whose controllers show personal data. */
@Global()
@Module({
  imports: [PrivacyModule],
  controllers: [ReadingsController],
  providers: [ReadLog, ReadLogReader, PersonAreas],
  exports: [ReadLog],
})
export class ReadLogModule {
  constructor(problems: ProblemCatalogue) {
    problems.add(readLogTexts);
  }
}
