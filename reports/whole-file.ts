import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

let written = 0;

/**
 * Writes a file so that under its name there is at any time the old content or the new, never a part: a temporary
 * file in the same folder, flushed to the disk, then renamed. Rejects with the system's error, leaving nothing behind.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${process.pid}-${++written}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    // The system says of which file only when it opens one.
    if (error instanceof Error && !('path' in error)) Object.assign(error, { path });
    throw error;
  }
  await flushFolder(folder);
}

/** The rename itself is on the disk only once the folder is. Windows cannot flush a folder, and needs not. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
