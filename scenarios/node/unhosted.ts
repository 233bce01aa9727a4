import type { Adapter, StorageAdapter } from '../../adapters/adapter.ts';
import { parseTarget } from '../../chaos/target-name.ts';
import type { Scenario } from '../scenario.ts';
import { needsNode } from './needs-node.ts';

/** Why the orchestrator of a scenario cannot have a process of its own, where it needs one; null when it can, or does not. */
export function unhosted(
  scenario: Pick<Scenario, 'nodes' | 'driver' | 'gateways' | 'faults' | 'replicas'>,
  { bus, storage }: { readonly bus: Adapter<unknown>; readonly storage: StorageAdapter },
): string | null {
  if (!needsNode(scenario)) return null;
  const { nodes = 1, gateways = 1, replicas = 0, faults = [] } = scenario;
  if (replicas > 0) return 'an orchestrator in a process of its own does not read from replicas';
  const own = [bus, storage].find(({ traits }) => !traits.crossProcess);
  if (gateways > 1 && own !== undefined)
    return `gateways hear each other through the stack, and ${own.name} does not leave the process that it is in`;
  if (nodes > 1 && own !== undefined)
    return `nodes share the stack, and ${own.name} does not leave the process that it is in`;
  if (nodes > 1 && storage.traits.nodes !== true)
    return `nodes own agents by leases, and storage ${storage.name} knows none`;
  const isEmbedded = bus.server === undefined || storage.server === undefined;
  for (const { fault, on } of faults) {
    const { kind } = parseTarget(on);
    if (kind === 'calls')
      return `fault ${fault} on ${on}: calls are disturbed in our process, and the orchestrator has one of its own`;
    if (kind === 'disk' && isEmbedded)
      return `fault ${fault} on ${on}: on that disk the orchestrator, in a process of its own, notes what it does`;
  }
  return null;
}
