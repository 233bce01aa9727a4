import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, TestbedError } from '../../core/error.ts';

/**
 * What is imported of a module: the file itself, or what a package exports as its own. In a process started with
 * `moduleArgv`. INVALID_CONFIG for a package that exports nothing.
 */
export function entryOf(path: string): string {
  if (!statSync(path).isDirectory()) return pathToFileURL(path).href;
  const manifest = join(path, 'package.json');
  const { name, exports } = JSON.parse(readFileSync(manifest, 'utf8'));
  try {
    // A package can import itself by name, which asks its own `exports`.
    if (exports !== undefined) return import.meta.resolve(name, pathToFileURL(manifest).href);
    return pathToFileURL(createRequire(manifest).resolve('.')).href;
  } catch (cause) {
    throw new TestbedError('INVALID_CONFIG', `${path}: the package has no entry: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** The version of the package that a file belongs to; null where there is none. */
export function versionOf(file: string): string | null {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
      return typeof version === 'string' ? version : null;
    }
    if (dirname(folder) === folder) return null;
  }
}
