import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../config/package-root.ts';

const ours = ['adapters', 'bin', 'chaos', 'config', 'core', 'dist', 'node_modules', 'reports', 'scenarios'];

/** Notes from now on which files are loaded. */
export function watchImports(): ReadonlySet<string> {
  const files = new Set<string>();
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) files.add(fileURLToPath(url));
      return next(url, context);
    },
  });
  return files;
}

/**
 * What a module is, as 16 letters: of the file `entry` and of those of `loaded` that are its author's, neither installed
 * packages nor ours. The same on every machine.
 */
export function digestOf(entry: string, loaded: ReadonlySet<string>): string {
  const hash = createHash('sha256');
  const folder = dirname(entry);
  const own = [...loaded].filter((file) => file !== entry && isAuthors(file, folder)).sort();
  for (const file of [entry, ...own])
    hash
      .update(`${relative(folder, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

function isAuthors(file: string, folder: string): boolean {
  if (relative(folder, file).split(sep).includes('node_modules')) return false;
  return !ours.some((name) => file.startsWith(join(packageRoot, name, sep)));
}
