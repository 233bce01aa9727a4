import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The file of an entry of ours in `bin/`, named without its ending: `.ts` in a checkout, `.js` in the package. */
export function entryFile(name: string): string {
  const source = new URL(`./${name}.ts`, import.meta.url);
  return fileURLToPath(existsSync(source) ? source : new URL(`./${name}.js`, import.meta.url));
}

const isCheckout = import.meta.url.endsWith('.ts');

/** How a process is started that imports somebody's module; in a checkout it finds our sources, by that condition in package.json. */
export const moduleArgv: readonly string[] = [
  '--no-warnings',
  '--experimental-import-meta-resolve',
  ...(isCheckout ? ['--conditions=testbed-source'] : []),
  `--import=${pathToFileURL(entryFile('own-package')).href}`,
];
