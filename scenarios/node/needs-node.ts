import { parseTarget } from '../../chaos/target-name.ts';
import { needsGateway } from '../drivers/driver.ts';
import type { Scenario } from '../scenario.ts';

/** Whether the orchestrator of a scenario runs in a process of its own: it is asked for, or harm is to be done to it alone. */
export function needsNode({
  nodes,
  driver,
  faults = [],
}: Pick<Scenario, 'nodes' | 'driver' | 'faults'>): boolean {
  return nodes !== undefined || needsGateway(driver) || faults.some(({ on }) => isOfNode(on));
}

function isOfNode(on: string): boolean {
  const target = parseTarget(on);
  if (target.kind === 'clock') return target.of === 'node';
  return target.kind === 'node';
}
