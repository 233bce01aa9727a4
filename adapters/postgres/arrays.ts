/**
 * Array parameters in Postgres' binary format: nothing is quoted here and nothing parsed there, which makes an insert
 * of many rows about a third cheaper than with array literals. Layout: dimensions, has-nulls, element type, length,
 * lower bound; then each element after its byte length, -1 for null.
 */
const headBytes = 20;
const oids = { int2: 21, int4: 23, int8: 20, float8: 701, text: 25 } as const;

export type ElementType = keyof typeof oids;
export type NumberType = Exclude<ElementType, 'text'>;

/** One column of many rows, as a parameter for `$n::<type>[]`. Integers must be whole and safe. */
export function arrayOf(type: ElementType, values: readonly (string | number | null)[]): Buffer {
  if (type === 'text') return texts(values as readonly (string | null)[]);
  const size = sizeOf(type);
  const buffer = Buffer.allocUnsafe(headBytes + values.length * (4 + size));
  let at = writeHead(buffer, type, values.length);
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at);
      continue;
    }
    at = buffer.writeInt32BE(size, at);
    at = writeNumber(buffer, type, value as number, at);
  }
  return buffer.subarray(0, at);
}

/** Bytes of a number in binary format. */
export function sizeOf(type: NumberType): number {
  return type === 'int2' ? 2 : type === 'int4' ? 4 : 8;
}

function texts(values: readonly (string | null)[]): Buffer {
  let bytes = headBytes;
  for (const value of values) bytes += 4 + (value === null ? 0 : Buffer.byteLength(value));
  const buffer = Buffer.allocUnsafe(bytes);
  let at = writeHead(buffer, 'text', values.length);
  for (const value of values) {
    const size = value === null ? -1 : buffer.write(value, at + 4);
    buffer.writeInt32BE(size, at);
    at += 4 + Math.max(0, size);
  }
  return buffer;
}

function writeHead(buffer: Buffer, type: ElementType, length: number): number {
  buffer.writeInt32BE(length === 0 ? 0 : 1, 0);
  buffer.writeInt32BE(1, 4);
  buffer.writeInt32BE(oids[type], 8);
  if (length === 0) return 12;
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
  return headBytes;
}

/** To the place after it. */
export function writeNumber(buffer: Buffer, type: NumberType, value: number, at: number): number {
  switch (type) {
    case 'int2':
      return buffer.writeInt16BE(value, at);
    case 'int4':
      return buffer.writeInt32BE(value, at);
    case 'int8': {
      const high = Math.floor(value / 0x1_0000_0000);
      buffer.writeInt32BE(high, at);
      return buffer.writeUInt32BE(value - high * 0x1_0000_0000, at + 4);
    }
    default:
      return buffer.writeDoubleBE(value, at);
  }
}
