import { parseTarget } from '../chaos/target-name.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { Path } from './tree.ts';

type Report = (path: Path, what: string) => void;

/** Whether what is said of nodes fits how many there are, and what the load needs of them. */
export function checkNodes(scenario: Scenario, report: Report): void {
  const { nodes = 1, leaseMs, rebalance, driver, layers, faults = [] } = scenario;
  for (const [index, { on }] of faults.entries()) {
    const target = parseTarget(on);
    const { which = 1 } = { which: 1, ...target };
    if (nodes === 1 && target.kind === 'link' && target.which !== undefined)
      report(['faults', index, 'on'], 'is the way of one of several nodes, and there is one (nodes: 1)');
    else if (which !== 'any' && which > nodes)
      report(['faults', index, 'on'], `is node ${which}, and there are ${nodes} (nodes: ${nodes})`);
  }
  if (nodes === 1) {
    if (leaseMs !== undefined) report(['lease'], 'is of several nodes, and there is one');
    if (rebalance !== undefined) report(['rebalance'], 'is between several nodes, and there is one');
    return;
  }
  if (driver !== undefined)
    report(['driver'], `${driver} goes through one gateway (allowed with nodes: embedded)`);
  // What another node has written they would show as it was before, and a takeover would pass it over.
  for (const layer of ['hot', 'queryCache'] as const)
    if (layers?.[layer]) report(['layers', layer], 'is of one node alone: what others write it sees late');
}
