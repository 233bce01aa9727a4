import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the package, which is at another depth from `dist/config/` than from `config/`. */
export const packageRoot = findRoot(import.meta.dirname);

function findRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'config', 'scenario.schema.json'))) return folder;
    if (dirname(folder) === folder) throw new Error(`config/scenario.schema.json not found above ${from}`);
  }
}
