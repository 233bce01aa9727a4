import { gunzipSync, gzipSync } from 'node:zlib';

/** A document as it is stored: the checksum of gzip tells a damaged one. */
export const packed = (text: string): Buffer => gzipSync(text);

/** Throws for one that is damaged. */
export const unpacked = (document: Buffer): string => gunzipSync(document).toString('utf8');
