import { dirname } from 'node:path';
import { messageOf } from '../core/error.ts';
import type { Threshold } from '../reports/threshold.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { resolveFaults, resolveRandom } from './faults.ts';
import { resolveLayers } from './layers.ts';
import { resolveLeaks } from './leaks.ts';
import { agentsOf, type Overrides } from './overrides.ts';
import type { Problems } from './problems.ts';
import { applyProfile, needsShortening, type Profile, shorten } from './profile.ts';
import { readList } from './read-list.ts';
import { resolveDriver } from './resolve-driver.ts';
import { resolveGate } from './resolve-gate.ts';
import { resolveGateway } from './resolve-gateway.ts';
import { resolveTarget } from './resolve-target.ts';
import { resolveThresholds } from './resolve-thresholds.ts';
import type { ScenarioFile } from './scenario-file.ts';
import { validateScenario } from './schema.ts';
import { reportSchemaErrors } from './schema-problem.ts';
import { playedAs } from './search.ts';
import { seedThresholds } from './seed.ts';
import { parseShown } from './show.ts';
import { stackNameFrom } from './stacks.ts';
import { find, type MappingNode, nearestTo, toPlain } from './tree.ts';
import { parseDuration } from './units.ts';
import { type Variant, variantsOf, withNumbers } from './variants.ts';
import { resolveWorkload } from './workload.ts';

/**
 * A document that the schema has accepted, under one profile: a scenario for every combination of listed values. None
 * when there are problems that leave no scenario.
 */
export function resolveScenarios(
  written: MappingNode,
  profile: Profile,
  source: string,
  overrides: Overrides,
  problems: Problems,
): readonly Scenario[] {
  const agents = withNumbers(applyProfile(written, profile), ['workload', 'agents'], agentsOf(overrides));
  const tree = withNumbers(agents, ['replicas'], overrides.replicas ?? []);
  const errors = validateScenario(toPlain(tree));
  if (errors.length > 0) {
    reportSchemaErrors(errors, tree, problems);
    return [];
  }
  const quick = needsShortening(written, profile);
  return variantsOf(tree, problems)
    .flatMap((variant) => resolveVariant(variant, source, overrides, problems))
    .map((scenario) => (quick ? shorten(scenario) : scenario));
}

/** One scenario, or one for each value that is swept; none when there are problems that leave none. */
function resolveVariant(
  { tree, parameters }: Variant,
  source: string,
  overrides: Overrides,
  problems: Problems,
): readonly Scenario[] {
  const plain = toPlain(tree);
  const errors = validateScenario(plain);
  if (errors.length > 0) {
    reportSchemaErrors(errors, tree, problems);
    return [];
  }
  const file = plain as ScenarioFile;
  const stacks = stackNames(file.stacks, tree, problems);
  const set =
    file.thresholdsFrom === undefined ? [] : seedThresholds(file.thresholdsFrom.replace('seed/', ''));
  const layers = resolveLayers(file.layers);
  const faults = resolveFaults(file.faults, tree, problems);
  const beforeMs = file.steady_state === undefined ? 0 : parseDuration(file.steady_state.before);
  const random = file.random === undefined ? null : resolveRandom(file.random, tree, beforeMs, problems);
  const steady = resolveThresholds(tree, [], problems, ['steady_state', 'thresholds']);
  const recovery = resolveThresholds(tree, [], problems, ['recovery']);
  const scenario: Scenario = {
    name: file.name,
    description: file.description,
    source,
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
    workload: resolveWorkload(file.workload),
    stacks: overrides.stacks ?? stacks,
    durability: overrides.durability ?? file.durability,
    ...(file.replicas > 0 && { replicas: file.replicas }),
    ...(file.nodes !== undefined && { nodes: file.nodes }),
    ...(file.lease !== undefined && { leaseMs: parseDuration(file.lease) }),
    ...(file.rebalance !== undefined && { rebalance: file.rebalance }),
    ...(file.load?.workers !== undefined && { load: { workers: file.load.workers } }),
    ...(file.profile_on !== undefined && { profileOn: file.profile_on }),
    ...resolveDriver(file.driver, tree, problems),
    ...(file.target && { target: resolveTarget(file.target, tree, problems) }),
    // A service over HTTP is reached in no other way.
    ...(file.target && file.driver === 'embedded' && { driver: 'http' as const }),
    ...(file.driver !== 'embedded' && { gateway: resolveGateway(file.gateway) }),
    ...(file.gateways > 1 && { gateways: file.gateways }),
    // Mappings as anyone has them, with a prototype.
    options: structuredClone(file.options),
    ...(layers && { layers }),
    ...(faults.length > 0 && { faults }),
    ...(random && { random }),
    ...(steady.length > 0 && { steadyState: { beforeMs, thresholds: steady } }),
    ...(file.leaks && { leaks: resolveLeaks(file.leaks) }),
    thresholds: [...resolveThresholds(tree, set, problems), ...recovery, ...afterFaults(steady)],
    checks: checksOf(file, tree),
    ...(file.show.length > 0 ? { shown: readList(tree, ['show'], parseShown, problems) } : {}),
    ...(file.gate !== undefined && { gate: resolveGate(tree, problems) }),
  };
  return playedAs(scenario, file, tree, problems);
}

/** Of those that nobody has asked for, only what can hold: a target is checked for nothing, and over several connections HTTP keeps no order. */
function checksOf({ checks, target, driver, workload }: ScenarioFile, tree: MappingNode): Scenario['checks'] {
  if (find(tree, ['checks']) !== null) return checks;
  if (target !== undefined) return [];
  const keepsOrder = driver !== 'autocannon' || workload.concurrency === 1;
  return keepsOrder ? checks : checks.filter((check) => check !== 'order-per-key');
}

/** What is steady must hold again after the faults; what aborts is watched all along. */
function afterFaults(steady: readonly Threshold[]): readonly Threshold[] {
  return steady.flatMap(({ metric, pass, healthy, abort }) => [
    ...(pass.length + healthy.length > 0 ? [{ metric, phase: 'after', pass, healthy, abort: [] }] : []),
    ...(abort.length > 0 ? [{ metric, phase: null, pass: [], healthy: [], abort }] : []),
  ]);
}

/** The stacks as they are found from the working directory; modules are named from the file that names them. */
function stackNames(stacks: readonly string[], tree: MappingNode, problems: Problems): readonly string[] {
  return stacks.map((name, index) => {
    const { node, at } = nearestTo(tree, ['stacks', index]);
    try {
      return stackNameFrom(name, dirname(at.file));
    } catch (error) {
      problems.add(at, node.path, messageOf(error));
      return name;
    }
  });
}
