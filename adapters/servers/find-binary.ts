import { accessSync, constants, globSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TestbedError } from '../../core/error.ts';

/** How to find a server's program, and what to say when it is not there. */
export interface BinarySearch {
  readonly name: string;
  /** Names the program, or the folder that it is in; goes before everything else. */
  readonly variable: string;
  /** Looked through after PATH: folders, or patterns for folders; of several that match the highest version wins. */
  readonly folders: readonly string[];
  /** The one command that installs it. */
  readonly install: string;
}

/**
 * Absolute path of the program. UNSUPPORTED, with the command that installs it, when there is none; INVALID_CONFIG
 * when the variable is wrong.
 */
export function findBinary(
  search: BinarySearch,
  environment: { readonly [name: string]: string | undefined } = process.env,
): string {
  const { name, variable, folders, install } = search;
  const given = environment[variable];
  if (given !== undefined && given !== '') {
    const file = [given, join(given, name)].find(isProgram);
    if (file !== undefined) return file;
    throw new TestbedError('INVALID_CONFIG', `${variable}=${given}: there is no ${name} to be run`);
  }
  const onPath = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const usual = folders.flatMap((pattern) => globSync(pattern).sort(byVersion).reverse());
  const file = [...onPath, ...usual].map((folder) => join(folder, name)).find(isProgram);
  if (file !== undefined) return file;
  throw new TestbedError(
    'UNSUPPORTED',
    `${name} is not installed: ${install} (or say where it is: ${variable})`,
  );
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there, or not for us: not a program we can run.
    return false;
  }
}
