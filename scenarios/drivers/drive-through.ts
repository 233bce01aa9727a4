import type { Clock } from '../../core/clock.ts';
import type { SystemUnderTest } from '../sut.ts';
import type { DriverName } from './driver.ts';
import { gatewaySystem } from './gateway-system.ts';
import { type Facts, gatewayUrlOf } from './gateway-url.ts';

/**
 * A node's system as it is reached through the gateway that the node has, whose address is among its facts. What is looked at
 * past all of that, the agents as stored, is asked of the node as ever, and so is its end.
 */
export async function driveThrough(
  driver: Exclude<DriverName, 'embedded'>,
  node: SystemUnderTest,
  facts: Facts,
  clock: Clock,
): Promise<SystemUnderTest> {
  const url = gatewayUrlOf(facts);
  const through = await gatewaySystem({
    url,
    driver: driver === 'http' || driver === 'autocannon' ? 'http' : 'websocket',
    clock,
  });
  const { agents } = node;
  return {
    ...through,
    ...(agents && { agents }),
    async close() {
      await through.close();
      await node.close();
    },
  };
}
