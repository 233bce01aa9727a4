import { type ElementType, sizeOf, writeNumber } from './arrays.ts';

/** A column of the rows that are made of items, for COPY. */
export interface CopyColumn<Item> {
  readonly name: string;
  readonly type: ElementType;
  read(item: Item): string | number;
}

/** Rows in the binary format of COPY: how many fields, then each after its byte length. */
export function copyRows<Item>(columns: readonly CopyColumn<Item>[], items: readonly Item[]): Buffer {
  const values: (string | number)[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += 2;
    for (const { type, read } of columns) {
      const value = read(item);
      values.push(value);
      bytes += 4 + (type === 'text' ? Buffer.byteLength(value as string) : sizeOf(type));
    }
  }
  const buffer = Buffer.allocUnsafe(bytes);
  let at = 0;
  let place = 0;
  for (let row = 0; row < items.length; row++) {
    at = buffer.writeInt16BE(columns.length, at);
    for (const { type } of columns) {
      const value = values[place++];
      if (type === 'text') {
        const size = buffer.write(value as string, at + 4);
        at = buffer.writeInt32BE(size, at) + size;
      } else {
        at = buffer.writeInt32BE(sizeOf(type), at);
        at = writeNumber(buffer, type, value as number, at);
      }
    }
  }
  return buffer;
}
