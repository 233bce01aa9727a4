import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest file of that name at or above this folder: the package root is at another depth in `dist/`. */
export function findUp(name: string): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, name);
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) throw new Error(`${name} not found above ${import.meta.dirname}`);
  }
}
