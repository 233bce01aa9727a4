import { existsSync, readFileSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { messageOf } from '../core/error.ts';
import { invalid, quote } from './invalid.ts';

/** Somebody's module, as a part of a stack. */
export interface ModulePlace {
  /** What stacks, tables and records call it: a file's or a package's own name, the same on every machine. */
  readonly name: string;
  /** Absolute: the file, or the folder of a package. */
  readonly path: string;
}

const file = /\.[cm]?[jt]s$/;
const packageName = /^(@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/;

/**
 * The module that a part of a stack names: a path (it begins with a dot or a slash, or ends in .ts or .js), taken from
 * `base`, or an npm package that is installed for `base`. Null when it is neither; INVALID_CONFIG for a path that leads
 * nowhere.
 */
export function locateModule(part: string, base: string): ModulePlace | null {
  if (!isPath(part)) return locatePackage(part, base);
  const path = resolve(base, part);
  const found = statOf(path, part);
  if (found === undefined) throw invalid(`${quote(part)}: no such file${fileMeant(part, path)}`);
  if (found.isDirectory()) return { name: nameOfPackage(path, part), path };
  if (!found.isFile()) throw invalid(`${quote(part)}: not a file`);
  if (file.test(path)) return { name: nameOfFile(path), path };
  throw invalid(
    `${quote(part)}: a module ends in .ts, .mts, .js, .mjs or .cjs, or is the folder of a package`,
  );
}

/** Undefined where nothing is. INVALID_CONFIG for what cannot be looked at: a symbolic link to itself, say. */
function statOf(path: string, part: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw invalid(`${quote(part)}: cannot be read: ${messageOf(cause)}`);
  }
}

function isPath(part: string): boolean {
  return /^(\.{1,2}(\/|\\|$)|\/|[A-Za-z]:[\\/])/.test(part) || file.test(part);
}

/** An index is called after the folder that it is the index of. */
function nameOfFile(path: string): string {
  const name = basename(path);
  return basename(path, extname(path)) === 'index' ? `${basename(dirname(path))}/${name}` : name;
}

function nameOfPackage(folder: string, part: string): string {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) {
    throw invalid(
      `${quote(part)}: a folder without package.json (allowed: a file, or the folder of a package)`,
    );
  }
  try {
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly name?: unknown };
    return typeof name === 'string' && packageName.test(name) ? name : basename(folder);
  } catch (cause) {
    throw invalid(`${quote(part)}: its package.json cannot be read: ${(cause as Error).message}`);
  }
}

function fileMeant(part: string, path: string): string {
  const meant = ['.ts', '.js', '.mts', '.mjs'].find((extension) => existsSync(`${path}${extension}`));
  return meant === undefined ? '' : `; did you mean "${part}${meant}"?`;
}

function locatePackage(name: string, base: string): ModulePlace | null {
  if (!packageName.test(name)) return null;
  for (let folder = resolve(base); ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name);
    if (existsSync(join(path, 'package.json'))) return { name, path };
    if (dirname(folder) === folder) return null;
  }
}
