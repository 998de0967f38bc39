import { createHash } from 'node:crypto';

export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

const u64 = (number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
};

const counted = (text) => {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

/** The leaf hash of a row, by the layout that ADR 0004 lays down. */
export const leafOf = (row) =>
  sha256(
    Buffer.from([0]),
    'almoner-log/v1',
    u64(row.position),
    u64(row.revision),
    u64(row.recordedAt),
    counted(row.stream),
    Buffer.from(row.id.replaceAll('-', ''), 'hex'),
    counted(row.type),
    sha256(row.data),
    sha256(row.metadata),
  );

/** The root over leaf hashes, by RFC 6962, grown leaf by leaf: whole subtrees are kept, the largest first. */
export class Root {
  #subtrees = []; // { size, hash }

  add(leaf) {
    this.#subtrees.push({ size: 1, hash: leaf });
    while (this.#subtrees.at(-1).size === this.#subtrees.at(-2)?.size) {
      const right = this.#subtrees.pop();
      const left = this.#subtrees.pop();
      this.#subtrees.push({ size: left.size * 2, hash: node(left.hash, right.hash) });
    }
  }

  /** Hexadecimal; of no leaves, the hash of nothing. */
  get text() {
    const hashes = this.#subtrees.map(({ hash }) => hash);
    const root = hashes.length === 0 ? sha256('') : hashes.reduceRight((right, left) => node(left, right));
    return root.toString('hex');
  }
}

const node = (left, right) => sha256(Buffer.from([1]), left, right);

/** What is wrong with bytes that should be JSON in the one form of RFC 8785 without floats; undefined when nothing is. */
export function notCanonical(bytes) {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) return 'no UTF-8';
  try {
    return canonical(JSON.parse(text)) === text ? undefined : 'another form of the same JSON';
  } catch (error) {
    return error.message;
  }
}

function canonical(value) {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new Error(`the number ${value}`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const keys = Object.keys(value).sort(); // by UTF-16 code units
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

/** The UUID of version 5 of a name in a namespace (RFC 9562). */
export function uuid5(name, namespace) {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
