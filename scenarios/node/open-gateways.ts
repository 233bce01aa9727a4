import { TestbedError } from '../../core/error.ts';
import { changesIn, type NodeSite, type OpenNode } from './open-node.ts';
import { type NodeOrder, placedParts } from './order.ts';
import { NodeProcess } from './process.ts';

/** A gateway of a cell: where clients find it, and its process. */
export interface OpenGateway {
  readonly url: string;
  readonly node: NodeProcess<NodeOrder>;
}

type Facts = Awaited<ReturnType<OpenNode['facts']>>;

/**
 * The gateways of a cell: that of its node, and those that it has beside it, each in a process with an orchestrator of its own
 * on the same stack. Pushes the end of each that it starts onto `undo`.
 */
export async function openGateways(first: OpenNode, site: NodeSite): Promise<readonly OpenGateway[]> {
  const { gateways: wanted = 1 } = site.cell.scenario;
  const gateways = [{ url: urlIn(await first.facts()), node: first.node }];
  for (let number = 2; number <= wanted; number++) gateways.push(await openBeside(`gateway-${number}`, site));
  return gateways;
}

async function openBeside(name: string, site: NodeSite): Promise<OpenGateway> {
  const { cell, ground, fork, startedAtMs, clock, undo } = site;
  const parts = placedParts(ground);
  const changesPath = changesIn(site, name);
  const node = new NodeProcess<NodeOrder>({
    fork,
    orderFor: (life) => ({ cell, ...parts, life, name, startedAtMs, changesPath: changesPath(life) }),
    clock,
  });
  undo.push(`end ${name}`, () => node.close());
  await node.start();
  return { url: urlIn((await node.line.call('facts')) as Facts), node };
}

function urlIn(facts: Facts): string {
  const url = facts['gateway']?.['url'];
  if (typeof url !== 'string') throw new TestbedError('UNAVAILABLE', 'the node says of no gateway');
  return url;
}
