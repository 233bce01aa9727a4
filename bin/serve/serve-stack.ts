import type { Adapter, BusAdapter, StorageAdapter } from '../../adapters/adapter.ts';
import { systemClock } from '../../core/clock.ts';
import { createOrchestrator } from '../../core/create-orchestrator.ts';
import { TestbedError } from '../../core/error.ts';
import { startGateway } from '../../core/gateway/index.ts';
import { createRandom } from '../../core/random.ts';
import { unsupportedBy } from '../../scenarios/run/open-stack.ts';
import { provision } from '../../scenarios/run/provision.ts';
import type { UndoStack } from '../../scenarios/run/undo.ts';
import { loadStack } from '../modules/load-stack.ts';
import type { Served, ServeOrder } from './protocol.ts';

/** Told of what goes wrong where no caller gets to see it. */
type Report = (error: unknown, doing: string) => void;

/**
 * Opens a stack, starts an orchestrator on it, which takes up what its earlier life has left, and a gateway before it. What was
 * opened is on `undo`, also when this rejects. What is kept on somebody's server stays there.
 */
export async function serveStack(order: ServeOrder, undo: UndoStack, report: Report): Promise<Served> {
  const { stack, node, lease, namespace, drainMs, seed, version } = order;
  const { bus, storage, servers } = await openParts(order, undo);
  const orchestrator = await createOrchestrator({
    bus,
    storage,
    clock: systemClock,
    random: createRandom(seed),
    node,
    options: { producer: order.producer, report, lease },
  });
  undo.push('close orchestrator', () => orchestrator.close());
  await orchestrator.recover();
  const options = order.gateway;
  const gateway = await startGateway({ orchestrator, bus, clock: systemClock, version, options, report });
  undo.push('close gateway', () => gateway.close(drainMs));
  return { url: gateway.url, pid: process.pid, node, stack: stack.name, namespace, servers };
}

async function openParts(order: ServeOrder, undo: UndoStack) {
  const { bus, storage } = await loadStack(order.stack);
  const { directory, namespace, durability, given } = order;
  const reason = unsupportedBy(bus, storage, durability);
  if (reason !== null) throw new TestbedError('UNSUPPORTED', reason);
  if (order.lease !== null) assertShared(bus, storage);
  const place = { directory, namespace, durability, options: {}, clock: systemClock };
  const users = [storage, bus].map((adapter) => ({ adapter, place }));
  const { addressOf, serverOf } = await provision(users, given, undo);
  const open = async <Port>(adapter: Adapter<Port>): Promise<Port> => {
    const connection = await adapter.open(place, addressOf(adapter));
    undo.push(`close ${adapter.name}`, () => connection.close());
    return connection.port;
  };
  const kinds = [storage.server, bus.server].filter((kind) => kind !== undefined);
  const own = kinds.flatMap((kind) => {
    const server = serverOf(kind);
    return server === undefined ? [] : [[kind, server.address.url]];
  });
  const servers: Served['servers'] = Object.fromEntries(own);
  return { storage: await open(storage), bus: await open(bus), servers };
}

/** UNSUPPORTED when no other node could come to this stack, or its storage knows of no leases. */
function assertShared(bus: BusAdapter, storage: StorageAdapter): void {
  const own = [bus, storage].find(({ server }) => server === undefined);
  if (own !== undefined)
    throw new TestbedError('UNSUPPORTED', `nodes share servers, and ${own.name} has none`);
  if (storage.traits.nodes !== true)
    throw new TestbedError(
      'UNSUPPORTED',
      `nodes own agents by leases, and storage ${storage.name} knows none`,
    );
}
