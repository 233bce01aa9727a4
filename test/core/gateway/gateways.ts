import { memoryBus, memoryStorage } from '../../../adapters/memory/index.ts';
import type { Bus } from '../../../core/bus.ts';
import { systemClock } from '../../../core/clock.ts';
import { createOrchestrator } from '../../../core/create-orchestrator.ts';
import { type GatewayOptions, startGateway } from '../../../core/gateway/index.ts';
import type { Orchestrator } from '../../../core/orchestrator.ts';
import { createRandom } from '../../../core/random.ts';

export interface Site {
  readonly url: string;
  readonly bus: Bus;
  readonly orchestrator: Orchestrator;
  /** What was the gateway's own fault. */
  readonly faults: string[];
  close(): Promise<void>;
}

/** Gateways that listen, each with a node of its own, on one stack in memory; `wrap` is put around what nodes publish on. */
export async function gateways(
  count: number,
  options: GatewayOptions = {},
  wrap: (bus: Bus) => Bus = (bus) => bus,
): Promise<readonly Site[]> {
  const place = { directory: '/nowhere', namespace: 'test', durability: 'none', options: {} };
  const [bus, storage] = [await memoryBus.open(place), await memoryStorage.open(place)];
  const sites: Site[] = [];
  for (let at = 0; at < count; at++) {
    const orchestrator = await createOrchestrator({
      bus: wrap(bus.port),
      storage: storage.port,
      clock: systemClock,
      random: createRandom(at),
      node: `node-${at}`,
      options: { producer: at },
    });
    const faults: string[] = [];
    const gateway = await startGateway({
      orchestrator,
      bus: bus.port,
      clock: systemClock,
      options,
      report: (error, doing) => faults.push(`${doing}: ${error}`),
    });
    const close = async (): Promise<void> => {
      await gateway.close(1000);
      await orchestrator.close();
    };
    sites.push({ url: gateway.url, bus: bus.port, orchestrator, faults, close });
  }
  return sites;
}
