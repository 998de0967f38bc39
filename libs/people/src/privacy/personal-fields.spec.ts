import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  canonicalJson,
  NotCanonical,
  ERASED,
  isErased,
  personal,
  valueOr,
  type Personal,
  type PersonalFields,
} from '#libs/event-sourcing';
import { digestOf, EnvelopeDamaged, isSealed, keyIdOf, seal, unseal, type DataKey } from './envelope.js';
import type { FieldClass } from '../domain/identity/field-class.js';
import { classesIn, keyIdsIn, openFields, sealFields } from './personal-fields.js';

const place = { streamId: 'person-1', eventId: '5d0f1c0e-3a5e-4c8f-9b77-0c6a2f8e1d42', path: '/name' };
const newKey = (last: string): DataKey => ({
  id: `8a6f7d0c-6f0e-4b8e-9a55-0d1d5a1f0c0${last}`,
  key: createSecretKey(randomBytes(32)),
});
const key = newKey('1');

interface Data {
  readonly area: string;
  readonly name: Personal<string>;
  readonly disability?: Personal<{ readonly category: string; readonly level: number }>;
  readonly phones: readonly { readonly since: string; readonly number: Personal<string> }[];
}
const identity: FieldClass = { purpose: 'identity', retention: 'management-file' };
const contact: FieldClass = { purpose: 'contact', retention: 'management-file' };
const health: FieldClass = { purpose: 'health', retention: 'approval-file' };
const fields: PersonalFields<Data, FieldClass> = { name: identity, disability: health, phones: { number: contact } };
const data: Data = {
  area: '430225100201',
  name: personal('示例甲'),
  phones: [
    { since: '2025-09-01', number: personal('13800000001') },
    { since: '2025-09-02', number: personal('13800000002') },
  ],
};
const keyOf = ({ purpose }: FieldClass): DataKey => keys[purpose] as DataKey;
const keys: Partial<Record<FieldClass['purpose'], DataKey>> = {
  identity: key,
  contact: newKey('2'),
  health: newKey('3'),
};
const byId = (...gone: DataKey[]): ReadonlyMap<string, KeyObject | 'destroyed'> =>
  new Map(Object.values(keys).map((each) => [each.id, gone.includes(each) ? 'destroyed' : each.key]));

const logValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    fc.string({ unit: 'binary' }).filter((text) => !/[\ud800-\udfff]/u.test(text)),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.string({ unit: 'grapheme-ascii' }).filter((name) => name !== '__proto__'),
      tie('value'),
      {
        maxKeys: 3,
        noNullPrototype: true,
      },
    ),
  ),
})).value;

describe('an envelope', () => {
  it('gives back any value to its key at its place', () => {
    fc.assert(
      fc.property(logValue, (value) => {
        const sealed = JSON.parse(canonicalJson(seal(value, key, place))) as ReturnType<typeof seal>;
        expect(isSealed(sealed)).toBe(true);
        expect(keyIdOf(sealed)).toBe(key.id);
        expect(unseal(sealed, key, place)).toEqual(value === -0 ? 0 : value);
      }),
    );
  });

  it('opens nowhere else, with no other key, and with no bit changed', () => {
    const sealed = seal('示例甲', key, place);
    const other = newKey('1');
    const eventId = '5d0f1c0e-3a5e-4c8f-9b77-0c6a2f8e1d43';
    for (const elsewhere of [{ streamId: 'person-2' }, { eventId }, { path: '/names' }])
      expect(() => unseal(sealed, key, { ...place, ...elsewhere })).toThrow(EnvelopeDamaged);
    expect(() => unseal(sealed, other, place)).toThrow(EnvelopeDamaged);
    expect(() => unseal(sealed, { ...key, id: newKey('2').id }, place)).toThrow(EnvelopeDamaged);
    const [version, id, payload = ''] = sealed.$enc.split('.');
    fc.assert(
      fc.property(fc.nat(Buffer.from(payload, 'base64url').length * 8 - 1), (bit) => {
        const bytes = Buffer.from(payload, 'base64url');
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const changed = { $enc: `${version}.${id}.${bytes.toString('base64url')}` };
        expect(() => unseal(changed, key, place)).toThrow(EnvelopeDamaged);
        expect(digestOf(changed)).not.toBe(digestOf(sealed));
      }),
    );
  });

  it('does not tell by its length yes from no, or one number from another', () => {
    const lengths = [true, false, null, '张*', '197525198001010010', { level: 1 }].map(
      (value) => seal(value, key, place).$enc.length,
    );
    expect(new Set(lengths).size).toBe(1);
    expect(seal('x'.repeat(40), key, place).$enc.length).toBeGreaterThan(lengths[0] ?? 0);
  });

  it('is another one each time: equal values cannot be told to be equal', () => {
    expect(seal('示例甲', key, place)).not.toEqual(seal('示例甲', key, place));
  });

  it.each(['', '2.a.b', '1.short.b', '1.AAAAAAAAAAAAAAAAAAAAAA'])(
    'of a form that is not known is refused: %j',
    ($enc) => {
      expect(() => keyIdOf({ $enc })).toThrow(EnvelopeDamaged);
    },
  );
});

describe('personal fields of an event', () => {
  const at = { streamId: place.streamId, eventId: place.eventId };
  const sealed = sealFields(data, fields, at, keyOf);

  it('are sealed each with the key of its class, and everything else stays as it is', () => {
    expect(sealed.area).toBe(data.area);
    expect(keyIdOf(sealed.name)).toBe(keys.identity?.id);
    expect(sealed.phones.map(({ number }) => keyIdOf(number))).toEqual([keys.contact?.id, keys.contact?.id]);
    const text = canonicalJson(sealed);
    for (const secret of ['示例甲', '13800000001', '13800000002']) expect(text).not.toContain(secret);
  });

  it('ask for the keys of the classes that are there, and no others', () => {
    expect(classesIn(data, fields)).toEqual([identity, contact]);
    expect(classesIn({ ...data, disability: personal({ category: 'visual', level: 1 }) }, fields)).toContain(health);
    expect(keyIdsIn<Data>(sealed, fields)).toEqual([keys.identity?.id, keys.contact?.id]);
  });

  it('are read back as they were recorded', () => {
    expect(openFields<Data>(sealed, fields, at, byId())).toEqual(data);
  });

  it('read as erased where their key is destroyed, and the others as before', () => {
    const opened = openFields<Data>(sealed, fields, at, byId(keys.contact as DataKey));
    expect(opened).toEqual({ ...data, phones: data.phones.map((phone) => ({ ...phone, number: ERASED })) });
    expect(opened.phones.map(({ number }) => valueOr(number, 'gone'))).toEqual(['gone', 'gone']);
    expect(isErased(opened.name)).toBe(false);
  });

  it('are not recorded again once erased, nor read where they stand unsealed, nor exchanged for one another', () => {
    expect(() => sealFields({ ...data, name: ERASED }, fields, at, keyOf)).toThrow('/name of person-1 has no value');
    expect(() => openFields<Data>({ ...sealed, name: '示例甲' as never }, fields, at, byId())).toThrow('unsealed');
    const swapped = { ...sealed, phones: [...sealed.phones].reverse() };
    expect(() => openFields<Data>(swapped, fields, at, byId())).toThrow(EnvelopeDamaged);
  });

  it('cannot be stored unsealed, and do not show in JSON or logs', () => {
    expect(() => canonicalJson(data)).toThrow(NotCanonical);
    for (const text of [JSON.stringify(data), inspect(data, { depth: 9 })]) expect(text).not.toMatch(/示例甲|1380000/);
  });

  it('have to be declared, every one, and no others: the compiler sees to it', () => {
    // @ts-expect-error the phone is personal too
    const missing: PersonalFields<Data, FieldClass> = { name: identity, disability: health };
    // @ts-expect-error the area is not personal
    const tooMany: PersonalFields<Data, FieldClass> = { ...fields, area: identity };
    // @ts-expect-error whoever reads a name says what is shown when it is erased
    const unhandled = (read: Data): unknown => read.name.value;
    expect([missing, tooMany, unhandled]).toHaveLength(3);
  });
});
