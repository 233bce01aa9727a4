import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The file that a server appends what it has done to, and where in it the next thing would go. */
export interface ServerLog {
  readonly path: string;
  /** In bytes: what lies behind it says nothing. */
  readonly end: number;
  /** Where such a file has its whole length from the start, and zeros where nothing is written yet: that length. */
  readonly madeAt?: number;
}

/** How to find the log of a server that does not run in its directory; null where it keeps none. */
const finders: { readonly [technology: string]: (directory: string) => ServerLog | null } = {
  redis(directory) {
    const folder = join(directory, 'appendonlydir');
    const parts = filesOf(folder).filter((name) => name.endsWith('.incr.aof'));
    const last = parts.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
    if (last === undefined) return null;
    const path = join(folder, last);
    return { path, end: statSync(path).size };
  },
  postgres(directory) {
    const folder = join(directory, 'data', 'pg_wal');
    const segments = filesOf(folder).filter((name) => /^[0-9A-F]{24}$/.test(name));
    // Those that are not yet in use have names of what is to come.
    for (const name of segments.sort().reverse()) {
      const path = join(folder, name);
      const end = endOfSegment(path, name);
      if (end > 0) return { path, end, madeAt: statSync(path).size };
    }
    return null;
  },
};

export function findServerLog(technology: string, directory: string): ServerLog | null {
  return finders[technology]?.(directory) ?? null;
}

function filesOf(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
}

const pageBytes = 8192;
const addressAt = 8;
/** In the first page of a segment: how long it is meant to be, which is longer than the file where somebody has cut it. */
const segmentBytesAt = 32;

/**
 * How far a segment of Postgres' log is written: each page begins with its own address, and one whose address is another's
 * is left from an earlier use of the file. What of its last page is not written yet is zero.
 */
function endOfSegment(path: string, name: string): number {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const page = Buffer.alloc(pageBytes);
    readSync(file, page, 0, pageBytes, 0);
    const segmentBytes = BigInt(page.readUInt32LE(segmentBytesAt));
    const start = (BigInt(`0x${name.slice(8, 16)}`) << 32n) + BigInt(`0x${name.slice(16)}`) * segmentBytes;
    let end = 0;
    for (let at = 0; at < size; at += pageBytes) {
      page.fill(0, readSync(file, page, 0, pageBytes, at));
      if (page.readBigUInt64LE(addressAt) !== start + BigInt(at)) break;
      end = at + page.findLastIndex((byte) => byte !== 0) + 1;
    }
    return end;
  } finally {
    closeSync(file);
  }
}
