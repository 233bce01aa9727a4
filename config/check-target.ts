import { parseTarget } from '../chaos/target-name.ts';
import { type Scenario, targetMetrics } from '../scenarios/scenario.ts';
import { thresholdKey } from './threshold.ts';
import { find, type MappingNode, type Path } from './tree.ts';

type Report = (path: Path, what: string) => void;

const fields = [
  'name',
  'description',
  'extends',
  'target',
  'workload',
  'driver',
  'faults',
  'steady_state',
  'recovery',
];
const judging = ['thresholds', 'show', 'gate', 'profiles'];
const load = ['requests', 'arrivals', 'concurrency', 'inFlight', 'deadline', 'phases'];

/** Whether a scenario asks no more of an HTTP service than can be asked of one, and has one where it asks for requests. */
export function checkTarget(scenario: Scenario, tree: MappingNode, report: Report): void {
  const { target, workload } = scenario;
  const { requestsPerS = 0 } = workload;
  if (target === undefined) {
    if (requestsPerS > 0) report(['workload', 'requests'], 'needs a target, whose service they are sent to');
    return;
  }
  refuseOthers([], tree, [...fields, ...judging], report);
  refuseOthers(['workload'], tree, load, report);
  checkLoad(scenario, requestsPerS, report);
  const known: readonly string[] = targetMetrics;
  for (const { metric, phase, stack = null } of scenario.thresholds) {
    const path = ['thresholds', thresholdKey(metric, { phase, stack })];
    if (!known.includes(metric))
      report(path, `${metric} is of an orchestrator (allowed: ${known.join(', ')})`);
    if (stack !== null) report(path, 'a target is no stack');
  }
  for (const [index, { on }] of (scenario.faults ?? []).entries()) {
    const { kind, ...name } = parseTarget(on);
    if (kind !== 'link' || !('part' in name) || name.part !== 'target')
      report(['faults', index, 'on'], 'of a target its link can be harmed (allowed: target.link)');
  }
}

function refuseOthers(path: Path, tree: MappingNode, allowed: readonly string[], report: Report): void {
  const node = path.length === 0 ? tree : find(tree, path)?.node;
  if (node?.kind !== 'mapping') return;
  for (const field of node.entries.keys()) {
    if (!allowed.includes(field))
      report(
        [...path, field],
        `is for an orchestrator, and this scenario has a target (allowed: ${allowed.join(', ')})`,
      );
  }
}

function checkLoad({ driver, workload }: Scenario, requestsPerS: number, report: Report): void {
  const isClosed = workload.arrivals === 'closed';
  if (driver !== 'http' && driver !== 'autocannon')
    report(
      ['driver'],
      'of a target is http, which keeps a schedule, or autocannon, which saturates (allowed: http, autocannon)',
    );
  if (driver === 'http' && isClosed)
    report(
      ['workload', 'arrivals'],
      'driver http keeps a schedule (allowed: poisson, constant; or driver: autocannon)',
    );
  if (isClosed && requestsPerS > 0)
    report(['workload', 'requests'], 'has no meaning with arrivals: closed (allowed: 0/s)');
  if (!isClosed && requestsPerS === 0)
    report(['workload', 'requests'], 'is missing (allowed: such as 100/s)');
}
