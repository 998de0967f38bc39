import { describe, expect, it } from '@jest/globals';
import { leafHash, type LeafInput } from './leaf-hash.js';

const leaf: LeafInput = {
  position: 4_294_967_296n,
  revision: 7n,
  recordedAt: 1_756_688_400_123,
  streamId: 'case-0b0e7c1a',
  eventId: '0190163d-8694-71b2-8a0d-4e5f60718293',
  type: 'CaseConfirmed',
  data: Buffer.from('{"note":"低保"}', 'utf8'),
  metadata: Buffer.from('{"actor":"somebody","schemaVersion":"1"}', 'utf8'),
};
const hex = (input: LeafInput) => leafHash(input).toString('hex');

describe('the leaf hash', () => {
  // Both values were computed by another program from the layout alone.
  it('of a fixed event is what the layout says', () =>
    expect(hex(leaf)).toBe('144318bdb52148034a4e988f24ccad78726266bf5515b369710da6ad9038e558'));

  it('counts the bytes of names, not their letters', () =>
    expect(
      hex({
        position: 0n,
        revision: 0n,
        recordedAt: 0,
        streamId: '户-1',
        eventId: '00000000-0000-0000-0000-000000000000',
        type: '申请',
        data: Buffer.alloc(0),
        metadata: Buffer.from('{}'),
      }),
    ).toBe('5576a637aa67a80e8a5880e21aacad4a25fd259727fe58c69db17bf9728d3ff3'));

  it.each<[string, Partial<LeafInput>]>([
    ['position', { position: 4_294_967_297n }],
    ['revision', { revision: 8n }],
    ['time of recording', { recordedAt: 1_756_688_400_124 }],
    ['stream', { streamId: 'case-0b0e7c1b' }],
    ['id', { eventId: '0190163d-8694-71b2-8a0d-4e5f60718294' }],
    ['type', { type: 'CaseRefused' }],
    ['data', { data: Buffer.from('{"note": "低保"}', 'utf8') }],
    ['metadata', { metadata: Buffer.from('{}') }],
  ])('commits to the %s', (_, change) => expect(hex({ ...leaf, ...change })).not.toBe(hex(leaf)));

  it('tells apart where the stream ends and the type begins', () =>
    expect(hex({ ...leaf, streamId: 'ab', type: 'c' })).not.toBe(hex({ ...leaf, streamId: 'a', type: 'bc' })));
});
