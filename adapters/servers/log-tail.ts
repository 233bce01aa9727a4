import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const tailBytes = 8_192;

/** The last lines of a file, oldest first; however large it is, only its end is read. */
export function logTail(file: string, lines = 10): string {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, tailBytes));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    closeSync(descriptor);
  }
}
