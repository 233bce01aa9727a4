import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { SystemUnderTest } from '../sut.ts';
import type { DriverName } from './driver.ts';
import { gatewaySystem } from './gateway-system.ts';

/** What a node says of itself, by part. */
type Facts = { readonly [part: string]: { readonly [name: string]: string | number | boolean } };

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
  const url = facts['gateway']?.['url'];
  if (typeof url !== 'string') throw new TestbedError('UNAVAILABLE', 'the node says of no gateway');
  const through = await gatewaySystem({ url, driver, clock });
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
