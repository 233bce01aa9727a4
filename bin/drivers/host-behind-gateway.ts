import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bus } from '../../core/bus.ts';
import { systemClock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Gateway, GatewayOptions } from '../../core/gateway/index.ts';
import type { Orchestrator } from '../../core/orchestrator.ts';
import { needsGateway } from '../../scenarios/drivers/driver.ts';
import type { Hosted } from '../../scenarios/node/host.ts';
import { hostStack, type LoadedParts } from '../../scenarios/node/host-stack.ts';
import type { NodeOrder } from '../../scenarios/node/order.ts';
import type { UndoStack } from '../../scenarios/run/undo.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';

/** A load is no stranger: what it sends is as large as its scenario says, and as much as it is due. */
const bodyBytes = 256 * 1024 * 1024;

/** Opens the stack of a node and the system on it; where the scenario's driver asks for it, a gateway before that. */
export async function hostBehindGateway(
  order: NodeOrder,
  parts: LoadedParts,
  undo: UndoStack,
): Promise<Hosted> {
  const { scenario } = order.cell;
  const { driver } = scenario;
  if (!needsGateway(driver)) return hostStack(order, parts, systemClock, undo);
  let bus: Bus | null = null;
  const assemble: LoadedParts['assemble'] = (given) => {
    bus = given.bus;
    return parts.assemble(given);
  };
  const hosted = await hostStack(order, { ...parts, assemble }, systemClock, undo);
  if (bus === null || !isOurs(hosted.sut))
    throw new TestbedError(
      'UNSUPPORTED',
      `driver ${driver}: a gateway serves our own orchestrator and no other`,
    );
  const portPath = join(dirname(order.changesPath), `${order.name ?? 'gateway'}-port`);
  // Loaded when it is asked for: a node without a gateway holds nothing of it in memory.
  const { startGateway } = await import('../../core/gateway/index.ts');
  const gateway = await startGateway({
    orchestrator: hosted.sut,
    bus,
    clock: systemClock,
    options: {
      ...settingsOf(scenario),
      port: order.life === 1 ? 0 : Number(readFileSync(portPath, 'utf8')),
    },
    report: (error, doing) => process.stderr.write(`gateway: ${doing}: ${error}\n`),
  });
  undo.push('close gateway', () => gateway.close(0));
  writeFileSync(portPath, portOf(gateway));
  const facts = (): unknown => ({ ...(hosted.facts() as object), gateway: { driver, url: gateway.url } });
  return { ...hosted, facts };
}

function settingsOf({ gateway, workload }: Scenario): GatewayOptions {
  const asQueuesDo = (workload.events.whenFull ?? 'block') === 'block' ? 'wait' : 'drop';
  const { slow = asQueuesDo, queueBytes, maxConnections: connections } = gateway ?? {};
  return {
    slow,
    limits: { bodyBytes, ...(queueBytes && { queueBytes }), ...(connections && { connections }) },
  };
}

/** Whoever was connected to an earlier life comes back to the same place. */
function portOf({ url }: Gateway): string {
  return new URL(url).port;
}

function isOurs(sut: SystemUnderTest): sut is SystemUnderTest & Orchestrator {
  return 'performanceMonitor' in sut;
}
