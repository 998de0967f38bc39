import type { Sealed, Stored } from '#libs/people';
import type { Golden } from './golden.js';

/** {@link Golden} of events with personal fields, which are stored sealed. */
export type SealedGolden<Event extends { readonly type: string; readonly data: object }> = Golden<
  Event extends { readonly type: infer Type extends string; readonly data: infer Data extends object }
    ? { readonly type: Type; readonly data: Stored<Data> }
    : never
>;

const PAYLOAD = 'kwW5sOw4TshYwYEB-LzERzx5VuNmAC5EMiFEXA286u5V3h6Ic3OPRYv8np1Bi4w8D3wiEzNDPm6SnEB1';
const keys = {
  identity: 'im99DG8OS46aVQ0dWh8MAQ',
  contact: 'im99DG8OS46aVQ0dWh8MAg',
  health: 'im99DG8OS46aVQ0dWh8MAw',
  means: 'im99DG8OS46aVQ0dWh8MBA',
  bank: 'im99DG8OS46aVQ0dWh8MBQ',
};

/** A personal field as it is stored, under a key that nobody has: a form without a content. */
export const sealed = (purpose: keyof typeof keys): Sealed<never> => ({ $enc: `1.${keys[purpose]}.${PAYLOAD}` });
