import type { Clock } from '../../core/clock.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { gatewaySystem } from '../drivers/gateway-system.ts';
import { shareOf } from '../load/share.ts';
import { Tally } from '../measure/tally.ts';
import type { LoadedParts } from '../node/host-stack.ts';
import { openPlaced } from '../node/open-placed.ts';
import { Announcements } from '../run/announcements.ts';
import { ControlLog } from '../run/control-log.ts';
import { observeStorage } from '../run/observe-storage.ts';
import { rehearse } from '../run/rehearse.ts';
import { Session } from '../run/session.ts';
import { UndoStack } from '../run/undo.ts';
import type { SystemUnderTest } from '../sut.ts';
import type { Way, WorkerOrder } from './protocol.ts';
import type { OpenWorker } from './serve.ts';

/**
 * Opens the way to the system under test and rehearses; subscribers come when all workers have. `load` gives the parts of the
 * stack as this process has them.
 */
export function openWorker(load: (order: WorkerOrder) => Promise<LoadedParts>): OpenWorker {
  return async (order, clock, undo) => {
    const { cell, share, startedAtMs, controlPath } = order;
    const random = createRandom(cell.seed).fork(cell.scenario.name);
    const control = new ControlLog(clock, controlPath, startedAtMs);
    undo.push('close control log', () => control.close());
    const sut = await openWay(order, { load, control, random, clock, undo });
    undo.push('close system', () => sut.close());
    await rehearse(sut, `rehearsal-${share.number + 1}`);
    const announcements = new Announcements(control);
    const workload = shareOf(cell.scenario.workload, share);
    const tally = new Tally([{ name: 'warmup', fromMs: 0, toMs: 0 }]);
    const { seed } = cell;
    const session = new Session({ sut, workload, clock, random, seed, announcements, tally, share });
    undo.push('close load', () => session.close());
    return { session, sut, announcements, subscribers: workload.subscribers.count };
  };
}

async function openWay(order: WorkerOrder, site: WaySite): Promise<SystemUnderTest> {
  const { way } = order;
  return way.kind === 'gateway' ? gatewaySystem({ ...way, clock: site.clock }) : ownSystem(order, way, site);
}

interface WaySite {
  readonly load: (order: WorkerOrder) => Promise<LoadedParts>;
  readonly control: ControlLog;
  readonly random: Random;
  readonly clock: Clock;
  readonly undo: UndoStack;
}

/** An orchestrator of this worker's own, on ports of its own. What a guest keeps on a server is removed by the process of the cell. */
async function ownSystem(
  order: WorkerOrder,
  way: Extract<Way, { readonly kind: 'stack' }>,
  { load, control, random, clock, undo }: WaySite,
): Promise<SystemUnderTest> {
  const { cell, share, directory } = order;
  const { assemble, ...stack } = await load(order);
  const ports = await openPlaced(stack, way, clock, { undo, purge: new UndoStack() });
  const name = `worker-${share.number + 1}`;
  return assemble({
    bus: ports.bus,
    storage: observeStorage(ports.storage, control),
    clock,
    random: random.fork(`orchestrator ${name}`),
    workload: cell.scenario.workload,
    node: name,
    directory,
  });
}
