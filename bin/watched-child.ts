import type { ChildProcess } from 'node:child_process';
import { findProcess } from '../adapters/servers/process-table.ts';
import { startWatchdog } from '../adapters/servers/watchdog.ts';

/**
 * A child of ours that must not outlive us, with what it has in `directory`: `start` makes it the leader of a group of
 * its own. Should we be killed, a watchdog ends the group, even one that hangs, and removes the directory.
 */
export async function watchedChild(
  directory: string,
  start: () => ChildProcess,
): Promise<{ readonly child: ChildProcess; dismiss(): Promise<void> }> {
  const watchdog = process.platform === 'win32' ? null : await startWatchdog(directory);
  const child = start();
  const born = child.pid === undefined ? undefined : findProcess(child.pid);
  if (born !== undefined) watchdog?.watch(born);
  return { child, dismiss: async () => watchdog?.dismiss() };
}
