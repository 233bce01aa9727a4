import { type MetricDefinition, type MetricName, metricTable } from '../reports/metric-table.ts';
import type { CheckName, Phase, Scenario, Workload } from '../scenarios/scenario.ts';
import { checkAutocannon } from './check-autocannon.ts';
import { checkFaults, hasPhasesAround, isDisturbed } from './check-faults.ts';
import { checkGateways } from './check-gateways.ts';
import { checkNodes } from './check-nodes.ts';
import { checkTarget } from './check-target.ts';
import { checkWorkers } from './check-workers.ts';
import { didYouMean } from './did-you-mean.ts';
import { quote } from './invalid.ts';
import type { Problems } from './problems.ts';
import { adapterNames } from './stacks.ts';
import { thresholdKey } from './threshold.ts';
import { find, type MappingNode, nearestTo, type Path, pathText } from './tree.ts';

/** More operations a second than any machine makes: the rate was mistyped. */
const mostPerS = 10_000_000;
/** What lies around a fault has these names, so no phase can. */
const reserved = ['before', 'during', 'after'];

export type Report = (path: Path, what: string) => void;

/** What no single field can show: whether the parts of a scenario fit each other. */
export function checkConsistency(scenario: Scenario, tree: MappingNode, problems: Problems): void {
  const report = reportIn(tree, problems);
  const { workload } = scenario;
  checkPopulation(workload, report);
  checkRates(workload, report);
  checkArrivals(workload, tree, report);
  checkPhases(workload.phases, report);
  checkTimes(workload, report);
  checkThresholdPhases(scenario, tree, report);
  checkNeeds(scenario.checks, workload, report);
  checkOptions(scenario, report);
  checkTarget(scenario, tree, report);
  checkAutocannon(scenario, report);
  checkFaults(scenario, (path) => find(tree, path) !== null, report);
  if (scenario.load !== undefined) checkWorkers(scenario, scenario.load.workers, report);
  checkGateways(scenario, report);
  checkNodes(scenario, report);
  if (scenario.leaks !== undefined) checkLeaks(scenario, report);
}

function checkLeaks({ workload, nodes, driver }: Scenario, report: Report): void {
  if (workload.agents === 0)
    report(['leaks'], 'needs at least one agent: without operations nothing can grow with them');
  if (nodes !== undefined || driver !== undefined)
    report(['leaks'], 'is of our process, and the orchestrator of this scenario has its own');
}

/** Adds a problem at the place of a field, or at the nearest one around it where nothing was written. */
export function reportIn(tree: MappingNode, problems: Problems): Report {
  return (path, what) => {
    const { node, at } = nearestTo(tree, path);
    problems.add(at, find(tree, path) === null ? pathText(path) : node.path, what);
  };
}

function checkPopulation({ lifetime, branching, swarms }: Workload, report: Report): void {
  const path = ['workload', 'lifetime'];
  if (lifetime !== null) {
    const sum = lifetime.complete + lifetime.fail + lifetime.kill;
    if (Math.abs(sum - 1) > 1e-9) {
      report(path, `the shares complete, fail and kill add up to ${Number(sum.toFixed(6))} (allowed: 1)`);
    }
  }
  if (branching && swarms === null)
    report(['workload', 'branching'], 'needs swarms: parents and children share one');
}

function checkRates(workload: Workload, report: Report): void {
  const rates = {
    events: workload.eventsPerS,
    messages: workload.messagesPerS,
    transitions: workload.transitionsPerS,
    reads: workload.readsPerS ?? 0,
  };
  for (const [kind, perS] of Object.entries(rates)) {
    const path = ['workload', kind];
    if (perS > mostPerS)
      report(path, `comes to ${perS}/s for ${workload.agents} agents (allowed: up to ${mostPerS}/s in all)`);
    if (perS > 0 && workload.agents === 0) report(path, 'needs at least one agent');
  }
}

function checkArrivals(
  { arrivals, eventsPerS, transitionsPerS, agents, batch, inFlight, writers = 0 }: Workload,
  tree: MappingNode,
  report: Report,
): void {
  if (arrivals === 'closed') {
    if (eventsPerS > 0) report(['workload', 'events'], 'has no meaning with arrivals: closed (allowed: 0/s)');
    if (agents === 0) report(['workload', 'agents'], 'arrivals: closed needs at least one agent');
  } else if (find(tree, ['workload', 'concurrency']) !== null) {
    report(['workload', 'concurrency'], `is for arrivals: closed; ${arrivals} never waits for replies`);
  }
  if (writers > agents) report(['workload', 'writers'], `needs an agent for each (there are ${agents})`);
  if (writers > 0 && transitionsPerS > 0)
    report(['workload', 'transitions'], 'has no meaning with writers, who never pause (allowed: 0/s)');
  if (batch > inFlight) report(['workload', 'batch'], `is more than inFlight, ${inFlight}`);
}

function checkPhases(phases: readonly Phase[], report: Report): void {
  const path = ['workload', 'phases'];
  if (phases.length === 0) {
    report(path, 'is missing (allowed: such as [{ name: steady, for: 10s }])');
    return;
  }
  if (phases.every(({ warmup }) => warmup)) report(path, 'every phase is warm-up: nothing would be measured');
  phases.forEach(({ name, warmup }, index) => {
    if (phases.findIndex((other) => other.name === name) < index)
      report([...path, index, 'name'], `a second phase "${name}"`);
    if (reserved.includes(name))
      report([...path, index, 'name'], `"${name}" names what lies around a fault, not a phase`);
    if (warmup && phases.slice(0, index).some((other) => !other.warmup)) {
      report([...path, index, 'warmup'], 'warm-up comes before what is measured');
    }
  });
}

function checkTimes({ phases, spawnOverMs }: Workload, report: Report): void {
  const measuredMs = phases.reduce((sum, { warmup, forMs }) => sum + (warmup ? 0 : forMs), 0);
  if (measuredMs > 0 && spawnOverMs > measuredMs) {
    report(['workload', 'spawnOver'], `is longer than the measured time, ${measuredMs} ms`);
  }
}

function checkThresholdPhases(scenario: Scenario, tree: MappingNode, report: Report): void {
  const { thresholds, workload } = scenario;
  const measured = workload.phases.filter(({ warmup }) => !warmup).map(({ name }) => name);
  for (const { metric, phase, stack = null } of thresholds) {
    const path = ['thresholds', thresholdKey(metric, { phase, stack })];
    // What follows from steady_state is looked at there.
    if (phase === null || find(tree, path) === null) continue;
    const { kind }: MetricDefinition = metricTable[metric as keyof typeof metricTable];
    if (reserved.includes(phase)) {
      if (isDisturbed(scenario) && hasPhasesAround(metric as MetricName)) continue;
      const what = isDisturbed(scenario)
        ? `${metric} is one number over the whole measured time`
        : `phase "${phase}" needs a fault, and the scenario has none`;
      report(path, what);
    } else if (!measured.includes(phase)) {
      const warmup = workload.phases.some(({ name }) => name === phase);
      const what = warmup ? 'is warm-up' : `is not in the workload${didYouMean(phase, measured)}`;
      report(path, `the phase ${quote(phase)} ${what} (allowed: ${measured.join(', ')})`);
    } else if (kind === 'number' && measured.length > 1) {
      report(path, `${metric} is one number over the whole measured time; histograms are measured by phase`);
    }
  }
}

function checkNeeds(
  checks: readonly CheckName[],
  { backlog = null, chain, subscribers }: Workload,
  report: Report,
): void {
  const needs = [
    ['chain-complete', chain, 'workload.chain'],
    ['backlog-drained', backlog, 'workload.backlog'],
  ] as const;
  for (const [check, part, name] of needs) {
    const index = checks.indexOf(check);
    if (index >= 0 && part === null) report(['checks', index], `${check} needs ${name}`);
  }
  if (backlog !== null && subscribers.count === 0)
    report(['workload', 'backlog'], 'needs at least one subscriber, who stands still');
}

/** What an option may be, its adapter knows; which adapters there are is known here. */
function checkOptions({ options, stacks }: Scenario, report: Report): void {
  const { buses, storages } = adapterNames();
  // What the adapters of somebody's modules are called is not known before they are imported.
  const ours = [...buses, ...storages];
  if (stacks.some((name) => name.split('+').some((part) => !ours.includes(part)))) return;
  for (const [part, names] of [
    ['bus', buses],
    ['storage', storages],
  ] as const) {
    for (const [name, value] of Object.entries(options?.[part] ?? {})) {
      if (typeof value !== 'object' || names.includes(name)) continue;
      const meant = didYouMean(name, names);
      report(
        ['options', part, name],
        `holds options, and no ${part} is called so${meant} (allowed: ${names.join(', ')})`,
      );
    }
  }
}
