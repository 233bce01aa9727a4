import { crc32, gunzipSync, gzipSync } from 'node:zlib';

/** A document as it is stored: the checksum of gzip tells a damaged one. */
export const packed = (text: string): Buffer => gzipSync(text);

/** Throws for one that is damaged. */
export const unpacked = (document: Buffer): string => gunzipSync(document).toString('utf8');

/** Of what stands in a row as it is: SQLite itself does not notice a flipped bit. */
export function checksumOf(values: readonly (string | number | null)[]): number {
  return crc32(values.join('\0'));
}
