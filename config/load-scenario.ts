import type { Scenario } from '../scenarios/scenario.ts';
import type { Environment } from './environment.ts';
import { readScenario } from './extend.ts';
import { locateScenario } from './library.ts';
import { checkOverrides, type Overrides } from './overrides.ts';
import { Problems } from './problems.ts';
import { type Profile, profiles } from './profile.ts';
import { resolveScenario } from './resolve.ts';
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
 * unit a number, every default filled in. Throws INVALID_CONFIG otherwise, one line a problem, each with
 * `FILE:LINE:COLUMN: PATH: what is wrong`. A scenario is valid only if it is so under every profile.
 */
export function loadScenario(nameOrPath: string, options: LoadOptions): Scenario {
  checkOverrides(options);
  const problems = new Problems();
  const tree = readScenario(locateScenario(nameOrPath, process.cwd()), options.env, problems);
  reportSchemaErrors(validateScenario(toPlain(tree)), tree, problems);
  problems.throwIfAny();
  const resolved = new Map(
    profiles.map((profile) => [profile, resolveScenario(tree, profile, nameOrPath, options, problems)]),
  );
  problems.throwIfAny();
  return resolved.get(options.profile) as Scenario;
}

/** Throws INVALID_CONFIG about one field of a scenario file, with its place: for what only others can judge. */
export function refuseField(nameOrPath: string, path: Path, what: string, env: Environment): never {
  const problems = new Problems();
  const tree = readScenario(locateScenario(nameOrPath, process.cwd()), env, problems);
  return problems.fail(nearestTo(tree, path).at, pathText(path), what);
}
