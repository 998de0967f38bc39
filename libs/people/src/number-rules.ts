import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/platform';
import type { NumberContext } from './domain/identity/resident-number.js';

/** By what identity numbers are judged in this installation: production takes none that is made up for tests. */
@Injectable()
export class NumberRules {
  private readonly testNumbers: NumberContext['testNumbers'];

  constructor({ production }: Settings) {
    this.testNumbers = production ? 'refused' : 'accepted';
  }

  /** @param today the local date of the area */
  on(today: string): NumberContext {
    return { today, testNumbers: this.testNumbers };
  }
}
