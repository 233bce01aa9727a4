import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../core/error.ts';
import type { Environment } from './environment.ts';
import { locateScenario } from './library.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Problems } from './problems.ts';
import { checkFile, displayPath, readSource } from './source.ts';
import { type MappingNode, merge, without } from './tree.ts';

/** What says which scenario a file is, and so is not taken over by one that extends it. */
const own = ['name', 'description', 'extends'] as const;
const longestChain = 20;

/**
 * The document of a scenario file, laid over that of the file it extends, and so on. Loops are a problem, shown where
 * the last `extends` stands that closes them.
 */
export function readScenario(file: string, environment: Environment, problems: Problems): MappingNode {
  return without(readChain(file, environment, problems, []), 'extends');
}

function readChain(
  file: string,
  environment: Environment,
  problems: Problems,
  before: readonly string[],
): MappingNode {
  const tree = parseYaml(readSource(file, problems), environment, problems);
  const parent = tree.entries.get('extends')?.value;
  if (parent === undefined) return tree;
  const refuse = (what: string): never => problems.fail(parent.at, parent.path, what);
  if (parent.kind !== 'scalar' || typeof parent.value !== 'string') {
    return refuse('must be a file or the name of a shipped scenario');
  }
  const chain = [...before, realpathSync(file)];
  const base = locate(parent.value, file, refuse);
  if (chain.includes(base)) {
    refuse(`a loop: ${[...chain.slice(chain.indexOf(base)), base].map(displayPath).join(' -> ')}`);
  }
  if (chain.length >= longestChain) refuse(`more than ${longestChain} files extend each other`);
  return merge(without(readChain(base, environment, problems, chain), ...own), tree) as MappingNode;
}

/** The real path of what is extended, so that a loop through a link is one too. */
function locate(nameOrPath: string, from: string, refuse: (what: string) => never): string {
  try {
    const path = locateScenario(nameOrPath, dirname(from));
    checkFile(path);
    return realpathSync(path);
  } catch (error) {
    return refuse(messageOf(error));
  }
}
