import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TestbedError } from '../core/error.ts';
import { createResultFolder } from '../reports/write-result.ts';
import { explain } from './error-text.ts';

/** A new folder for one run in `parent`, which is made with what is missing above it. UNAVAILABLE when that cannot be. */
export async function makeResultsFolder(parent: string, startedAt: string, label: string): Promise<string> {
  try {
    makeFolder(resolve(parent));
    return await createResultFolder(parent, startedAt, label);
  } catch (error) {
    const { text } = explain(error);
    throw new TestbedError('UNAVAILABLE', `no results folder can be made in ${parent}: ${text}`, {
      cause: error,
    });
  }
}

/** With what is missing above it. Folder by folder: Node's own recursive mkdir never comes back where the system answers ENOENT, as in /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another run may have made it in the meantime.
    if (!existsSync(path)) throw error;
  }
}
