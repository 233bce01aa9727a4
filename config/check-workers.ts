import type { Scenario } from '../scenarios/scenario.ts';
import type { Report } from './consistency.ts';
import type { Path } from './tree.ts';

/** Gateways are reached from as many processes as there are. */
const throughGateway: readonly unknown[] = ['http', 'websocket'];

/** What a load of several processes cannot be asked for: each of these is known, or done, in one process alone. */
export function checkWorkers(scenario: Scenario, workers: number, report: Report): void {
  const { workload, nodes, replicas = 0, faults = [], random, leaks, driver } = scenario;
  const { agents, swarms, chain, backlog = null, subscribers, looks = 'any', writers = 0 } = workload;
  if (agents < workers)
    report(
      ['load', 'workers'],
      `is more than there are agents to divide, ${agents} (allowed: up to ${agents})`,
    );
  const alone: readonly (readonly [Path, boolean, string])[] = [
    [['nodes'], nodes !== undefined && !throughGateway.includes(driver), 'are reached by IPC'],
    [['driver'], driver !== undefined && !throughGateway.includes(driver), 'plays'],
    [['replicas'], replicas > 0, 'are looked at'],
    [['faults'], faults.length > 0, 'are told from what they disturb'],
    [['random'], random !== undefined, 'draws faults, which are told from what they disturb'],
    [['leaks'], leaks !== undefined, 'looks at the heap of the load'],
    [['workload', 'swarms'], swarms !== null, 'are spawned together'],
    [['workload', 'chain'], chain !== null, 'is followed'],
    [['workload', 'backlog'], backlog !== null, 'is built up'],
    [['workload', 'subscribers', 'late'], subscribers.late > 0, 'are owed what is sent from then on'],
    [['workload', 'connections'], workload.connections !== undefined, 'are told from what was sent'],
    [['workload', 'looks'], looks !== 'any', 'keeps a copy of all agents'],
    [['workload', 'writers'], writers > 0 && writers < workers, 'are fewer than the workers, and work'],
  ];
  for (const [path, isAsked, what] of alone)
    if (isAsked) report(path, `${what} in one process alone, and load.workers divides the load`);
}
