import { describe, expect, it } from '@jest/globals';
import { EventCodec, UnknownEventType } from '#libs/event-sourcing';
import { ProblemCatalogue } from './problem-catalogue.js';
import { toProblem } from './problem-mapping.js';

describe('an event of a newer program', () => {
  it('is said to be one, and is no fault of the request', () => {
    const thrown = (() => {
      try {
        return new EventCodec({ Known: 1 }).categoryOf('RentForgiven');
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(UnknownEventType);
    const { code, status, details } = toProblem(thrown);
    expect({ code, status }).toEqual({ code: 'EVENT_UNKNOWN', status: 503 });
    const catalogue = new ProblemCatalogue();
    expect(catalogue.textOf(code, 'en', details)).toContain('newer version of this program wrote');
    expect(catalogue.textOf(code, 'zh', details)).toContain('（RentForgiven）');
  });
});
