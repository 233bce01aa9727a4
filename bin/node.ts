/** The process of an orchestrator node: what a cell asks for it does on a stack of its own. Talks to the cell by IPC. */
import { Layers } from '../adapters/layers/index.ts';
import { loadStorage } from '../adapters/table.ts';
import { systemClock } from '../core/clock.ts';
import type { NodeOrder } from '../scenarios/node/order.ts';
import { serveNode } from '../scenarios/node/serve.ts';
import { hostBehindGateway } from './drivers/host-behind-gateway.ts';
import { loadStack } from './modules/load-stack.ts';

serveNode<NodeOrder>(async (order, undo) => {
  const { stack, scenario } = order.cell;
  const { bus, storage, assemble } = await loadStack(stack);
  const { layers } = scenario;
  const hot = layers?.hot ? await loadStorage(layers.hot.store) : null;
  const parts = {
    bus,
    storage,
    assemble,
    ...(layers && { layers: new Layers(layers, { bus, storage, hot }) }),
  };
  return hostBehindGateway(order, parts, undo);
}, systemClock);
