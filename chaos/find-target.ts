import type { NodeTarget, OneOfNodes, Surroundings, Target, Way } from './target.ts';
import type { Part, TargetName, Which } from './target-name.ts';

/** Whether bus and storage are served by one server, so that what harms one harms both. */
export function isShared({ servers }: Surroundings): boolean {
  return servers.bus !== undefined && servers.bus.server === servers.storage?.server;
}

const noNode = 'the orchestrator of this cell has no process of its own';
const noGateway = 'this cell has no gateway beside its first one, which is part of node';

/** The target in this cell, or in words that the cell has none. */
export function findTarget(name: TargetName, surroundings: Surroundings): Target | string {
  switch (name.kind) {
    case 'calls':
      return { ...name, gate: surroundings.gate };
    case 'server': {
      const found = surroundings.servers[name.part];
      if (found !== undefined) return { ...name, ...found };
      return `this stack has no ${name.part} server of ours`;
    }
    case 'link':
      return linkOf(name, surroundings);
    case 'disk':
      return { kind: 'disk', directory: surroundings.directory, writers: surroundings.writers };
    case 'clock': {
      if (name.of === 'cell') return { kind: 'clock', clock: surroundings.orchestratorClock };
      const found = nodeOf(name.which, surroundings);
      return typeof found === 'string' ? found : { kind: 'clock', clock: found.clock };
    }
    case 'process':
      return { kind: 'process' };
    case 'node': {
      const found = name.of === 'node' ? nodeOf(name.which, surroundings) : gatewayOf(surroundings);
      return typeof found === 'string' ? found : { kind: 'node', node: found.node };
    }
  }
}

function linkOf(
  { kind, part, direction, which }: Extract<TargetName, { kind: 'link' }>,
  surroundings: Surroundings,
): Target | string {
  const of = which === undefined ? surroundings : nodeOf(which, surroundings);
  if (typeof of === 'string') return of;
  const links: { readonly [part in Part]?: Way } = of.links;
  const found = links[part];
  if (found !== undefined) return { kind, part, direction, ...found };
  return `this stack has no link to a ${part} server`;
}

function nodeOf(
  which: Which,
  { node, nodes, orchestratorClock, pick = () => 0 }: Surroundings,
): OneOfNodes | string {
  if (node === undefined) return noNode;
  const all = nodes ?? [{ node, clock: orchestratorClock, links: {} }];
  const found = all[which === 'any' ? pick(all.length) : which - 1];
  return found ?? `there is no node ${which}: this cell has ${all.length}`;
}

function gatewayOf({ gateway }: Surroundings): { readonly node: NodeTarget } | string {
  return gateway === undefined ? noGateway : { node: gateway };
}
