import { join } from 'node:path';
import { packageRoot } from './package-root.ts';
import { parseYaml } from './parse-yaml.ts';
import { Problems } from './problems.ts';
import { readSource } from './source.ts';
import { toPlain } from './tree.ts';

/** One of the package's own files of named lists. */
export function readLists(name: string): { readonly [list: string]: readonly string[] } {
  const problems = new Problems();
  const tree = parseYaml(readSource(join(packageRoot, 'config', name), problems), null, problems);
  return toPlain(tree) as { readonly [list: string]: readonly string[] };
}
