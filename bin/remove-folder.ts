import { existsSync, rmSync } from 'node:fs';
import { systemClock } from '../core/clock.ts';

const tries = 100;
const againMs = 20;

/**
 * Removes a folder that others may be removing parts of, as the watchdogs of the servers in it do: Node stops without a
 * word when something vanishes under its hands. What is still there after two seconds stays.
 */
export async function removeFolder(path: string): Promise<void> {
  for (let left = tries; left > 0; left--) {
    rmSync(path, { recursive: true, force: true });
    if (!existsSync(path)) return;
    await systemClock.sleep(againMs);
  }
}
