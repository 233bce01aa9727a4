import type { Scenario } from '../scenarios/scenario.ts';
import type { Environment } from './environment.ts';
import { readScenario } from './extend.ts';
import { invalid } from './invalid.ts';
import { locateScenario } from './library.ts';
import { checkOverrides, type Overrides } from './overrides.ts';
import { Problems } from './problems.ts';
import { type Profile, profiles } from './profile.ts';
import { resolveScenarios } from './resolve.ts';
import { validateScenario } from './schema.ts';
import { reportSchemaErrors } from './schema-problem.ts';
import { nearestTo, type Path, pathText, toPlain } from './tree.ts';

export { listScenarios, type ShippedScenario } from './library.ts';
export { listSuites, loadSuite, type Suite } from './suites.ts';

export interface LoadOptions extends Overrides {
  readonly profile: Profile;
  /** What `${NAME}` in the file is filled in from. */
  readonly env: Environment;
}

/**
 * Reads a scenario file, or a shipped scenario by name, to what a run is given: everything it extends merged in, every
 * unit a number, every default filled in; one scenario for every combination of values where fields list several.
 * Throws INVALID_CONFIG otherwise, one line a problem, each with `FILE:LINE:COLUMN: PATH: what is wrong`. A scenario is
 * valid only if it is so under every profile.
 */
export function loadScenarios(nameOrPath: string, options: LoadOptions): readonly Scenario[] {
  checkOverrides(options);
  const problems = new Problems();
  const tree = readScenario(locateScenario(nameOrPath, process.cwd()), options.env, problems);
  reportSchemaErrors(validateScenario(toPlain(tree)), tree, problems);
  problems.throwIfAny();
  const resolved = new Map(
    profiles.map((profile) => [profile, resolveScenarios(tree, profile, nameOrPath, options, problems)]),
  );
  problems.throwIfAny();
  return resolved.get(options.profile) as readonly Scenario[];
}

/** The same for a file that lists no values; INVALID_CONFIG for one that does. */
export function loadScenario(nameOrPath: string, options: LoadOptions): Scenario {
  const [scenario, ...more] = loadScenarios(nameOrPath, options);
  if (more.length === 0) return scenario as Scenario;
  throw invalid(
    `${nameOrPath}: ${more.length + 1} combinations of values, where one is wanted (${Object.keys(scenario?.parameters ?? {}).join(', ')})`,
  );
}

/** Throws INVALID_CONFIG about one field of a scenario file, with its place: for what only others can judge. */
export function refuseField(nameOrPath: string, path: Path, what: string, env: Environment): never {
  const problems = new Problems();
  const tree = readScenario(locateScenario(nameOrPath, process.cwd()), env, problems);
  return problems.fail(nearestTo(tree, path).at, pathText(path), what);
}
