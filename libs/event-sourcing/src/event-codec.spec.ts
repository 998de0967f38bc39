import { describe, expect, it } from '@jest/globals';
import { EventCodec, UnknownEventType } from './event-codec.js';
import type { RecordedEvent } from './event-store.js';
import type { EventRegister } from './event-types.js';

/** Rent as it would have changed twice: version 2 says in which currency, version 3 per which time. */
const tenancies = {
  category: 'tenancy',
  source: 'tenancy.events.ts',
  en: 'One rented home.',
  zh: '一处租住房屋。',
  types: {
    RentAgreed: {
      version: 3,
      en: 'A rent was agreed',
      zh: '约定租金',
      upcasts: [
        (old: { rent: number }) => ({ rent: old.rent, currency: 'CNY' }),
        ({ rent, currency }: { rent: number; currency: string }) => ({ amount: rent, currency, per: 'month' }),
      ],
    },
    RentPaid: { version: 1, en: 'It was paid', zh: '已付租金' },
  },
} as const satisfies EventRegister;

const codec = new EventCodec(tenancies, { Measured: 2 });

const stored = (type: string, schemaVersion: number, data: string): RecordedEvent => ({
  streamId: 'tenancy-1',
  revision: 4n,
  position: '17',
  id: '0e2f5c1e-8e0e-5a39-9d0f-3e6a4f7f0a11',
  type,
  schemaVersion,
  data: new TextEncoder().encode(data),
  metadata: { actor: 'officer', schemaVersion: String(schemaVersion) },
  recordedAt: '2025-09-01T00:00:00.000Z',
  leafHash: new Uint8Array(32),
});

describe('reading an event', () => {
  it.each([
    [1, '{"rent":90000}'],
    [2, '{"currency":"CNY","rent":90000}'],
    [3, '{"amount":90000,"currency":"CNY","per":"month"}'],
  ])('in version %i gives the shape of today', (version, bytes) => {
    const recorded = stored('RentAgreed', version, bytes);
    expect(codec.decode(recorded)).toMatchObject({
      ...recorded,
      data: { amount: 90_000, currency: 'CNY', per: 'month' },
      schemaVersion: version,
    });
  });

  it('takes the text that the store has at hand, and reads bytes within a larger buffer', () => {
    const recorded = stored('RentPaid', 1, '{}');
    expect(codec.decode({ ...recorded, text: '{"on":"2025-09-01"}' }).data).toEqual({ on: '2025-09-01' });
    const within = new TextEncoder().encode('??{"who":"李"}??').subarray(2, -2);
    expect(codec.decode({ ...recorded, data: within }).data).toEqual({ who: '李' });
  });

  it.each([
    ['RentForgiven', 1, 'RentForgiven'],
    ['RentAgreed', 4, 'RentAgreed in version 4'],
    ['RentAgreed', 0, 'RentAgreed in version 0'],
    ['Measured', 1, 'Measured in version 1'],
    ['toString', 1, 'toString'],
  ])('%s in version %i is refused', (type, version, message) => {
    expect(() => codec.decode(stored(type, version, '{}'))).toThrow(new UnknownEventType(message));
    expect(codec.knows(type, version)).toBe(false);
  });

  it('is known beforehand', () => {
    expect([1, 2, 3].map((version) => codec.knows('RentAgreed', version))).toEqual([true, true, true]);
    expect(codec.knows('Measured', 2)).toBe(true);
  });
});

describe('writing an event', () => {
  it('is in the version of today', () => {
    const event = codec.encode({ type: 'RentAgreed', data: { per: 'month', amount: 1 } }, 'id', { actor: 'officer' });
    expect(event).toMatchObject({ schemaVersion: 3, metadata: { actor: 'officer', schemaVersion: '3' } });
    expect(Buffer.from(event.data).toString()).toBe('{"amount":1,"per":"month"}');
  });

  it('of an unknown type is refused', () => {
    expect(() => codec.encode({ type: 'RentForgiven', data: {} }, 'id', {})).toThrow(UnknownEventType);
  });
});

describe('a register', () => {
  it('names the streams of its types', () => {
    expect(codec.categoryOf('RentPaid')).toBe('tenancy');
    expect(codec.categoryOf('Measured')).toBeUndefined();
    expect(codec.categoriesOf(['RentPaid', 'RentAgreed', 'Measured'])).toEqual(new Set(['tenancy']));
    expect(() => codec.categoriesOf(['RentForgiven'])).toThrow(UnknownEventType);
  });

  it('must lead from every earlier version to today’s', () => {
    const types = { RentAgreed: { version: 3, en: '', zh: '', upcasts: [(old: object) => old] } };
    expect(() => new EventCodec({ ...tenancies, types })).toThrow('RentAgreed in version 3 has 1 upcasters');
  });

  it('must not name a type that another one has', () => {
    expect(() => new EventCodec(tenancies, { RentPaid: 1 })).toThrow('RentPaid is registered twice');
  });
});
