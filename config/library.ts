import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { didYouMean } from './did-you-mean.ts';
import { invalid, quote } from './invalid.ts';
import { packageRoot } from './package-root.ts';
import { parseYaml } from './parse-yaml.ts';
import { Problems } from './problems.ts';
import { readSource } from './source.ts';

const folder = join(packageRoot, 'scenarios');

/** A scenario that ships, as lists show it. */
export interface ShippedScenario {
  readonly name: string;
  readonly description: string;
  readonly file: string;
}

/** The scenarios that ship and can be run by name, in the order of their names. */
export function listScenarios(): readonly ShippedScenario[] {
  return shippedNames().map((name) => {
    const file = join(folder, `${name}.yaml`);
    const { entries } = parseYaml(readSource(file, new Problems()), null, new Problems());
    const description = entries.get('description')?.value;
    return { name, description: description?.kind === 'scalar' ? String(description.value) : '', file };
  });
}

/**
 * The absolute path of a scenario file: a path (anything with a slash, or ending in .yaml or .yml) is taken from
 * `base`, everything else is the name of one that ships. INVALID_CONFIG for a name that does not.
 */
export function locateScenario(nameOrPath: string, base: string): string {
  if (isPath(nameOrPath)) return resolve(base, nameOrPath);
  const names = shippedNames();
  if (names.includes(nameOrPath)) return join(folder, `${nameOrPath}.yaml`);
  throw invalid(
    `unknown scenario ${quote(nameOrPath)}${didYouMean(nameOrPath, names)} (allowed: ${names.join(', ')}, or the path of a .yaml file)`,
  );
}

/** Whether a scenario is named by its file, and not as one that ships. */
export function isPath(nameOrPath: string): boolean {
  return /[/\\]|\.ya?ml$/.test(nameOrPath);
}

function shippedNames(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'))
    .sort();
}
