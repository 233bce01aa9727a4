import type { BusAdapter, StorageAdapter } from '../../adapters/adapter.ts';
import { needsGateway } from '../drivers/driver.ts';
import type { Scenario } from '../scenario.ts';

/**
 * Why several processes cannot play the load of a scenario on this stack; null when they can, or need not. Through a gateway they
 * can on any: one process has the stack, and all reach it there.
 */
export function unshared(
  { load, driver }: Pick<Scenario, 'load' | 'driver'>,
  {
    bus,
    storage,
    ownStorage = false,
  }: {
    readonly bus: BusAdapter;
    readonly storage: StorageAdapter;
    readonly ownStorage?: boolean | undefined;
  },
): string | null {
  if (load === undefined || needsGateway(driver)) return null;
  if (ownStorage)
    return 'load.workers: a system with a storage of its own is reached from its own process alone';
  const parts = [
    ['bus', bus],
    ['storage', storage],
  ] as const;
  for (const [what, { name, traits }] of parts) {
    if (traits.crossProcess) continue;
    return `load.workers: ${what} ${name} is reached from its own process alone (driver websocket or http brings a gateway before it)`;
  }
  return null;
}
