/** Arrays as PostgreSQL takes them in binary form: no quoting, no hexadecimal, nothing to parse on the other side. */

const HEADER = 20;

/** One dimension from 1, no nulls. */
function withHeader(elementOid: number, count: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER + size);
  bytes.writeInt32BE(count === 0 ? 0 : 1, 0);
  bytes.writeInt32BE(0, 4);
  bytes.writeInt32BE(elementOid, 8);
  bytes.writeInt32BE(count, 12);
  bytes.writeInt32BE(1, 16);
  return count === 0 ? bytes.subarray(0, 12) : bytes;
}

function ofWidth<T>(elementOid: number, width: number, put: (bytes: Buffer, value: T, at: number) => void) {
  return (values: readonly T[]): Buffer => {
    const bytes = withHeader(elementOid, values.length, values.length * (4 + width));
    let at = HEADER;
    for (const value of values) {
      bytes.writeInt32BE(width, at);
      put(bytes, value, at + 4);
      at += 4 + width;
    }
    return bytes;
  };
}

/** `smallint[]` */
export const int2Array = ofWidth<number>(21, 2, (bytes, value, at) => bytes.writeInt16BE(value, at));
/** `int[]` */
export const int4Array = ofWidth<number>(23, 4, (bytes, value, at) => bytes.writeInt32BE(value, at));
/** `bigint[]` */
export const int8Array = ofWidth<bigint>(20, 8, (bytes, value, at) => bytes.writeBigInt64BE(value, at));
/** `uuid[]`, of ids in their usual form. */
export const uuidArray = ofWidth<string>(2950, 16, (bytes, value, at) =>
  bytes.write(value.replaceAll('-', ''), at, 'hex'),
);

/** `bytea[]` */
export function byteaArray(values: readonly Uint8Array[]): Buffer {
  const size = values.reduce((sum, value) => sum + 4 + value.byteLength, 0);
  const bytes = withHeader(17, values.length, size);
  let at = HEADER;
  for (const value of values) {
    bytes.writeInt32BE(value.byteLength, at);
    bytes.set(value, at + 4);
    at += 4 + value.byteLength;
  }
  return bytes;
}

/** `text[]` */
export function textArray(values: readonly string[]): Buffer {
  const size = values.reduce((sum, value) => sum + 4 + Buffer.byteLength(value), 0);
  const bytes = withHeader(25, values.length, size);
  let at = HEADER;
  for (const value of values) {
    const length = bytes.write(value, at + 4);
    bytes.writeInt32BE(length, at);
    at += 4 + length;
  }
  return bytes;
}
