/** A runner for watchdog.test.ts: starts something, says what, and waits for its end. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { serveProcess } from '../../adapters/servers/process-server.ts';
import { descendantsOf } from '../../adapters/servers/process-table.ts';
import { startWatchdog } from '../../adapters/servers/watchdog.ts';

export type Order =
  | { readonly kind: 'server'; readonly directory: string; readonly isPaused: boolean }
  | { readonly kind: 'namesake'; readonly directory: string };

/** Pids, and the directory that must go. */
export interface Left {
  readonly server: number;
  readonly watchdog: number;
  readonly directory: string;
}

async function startServer(directory: string, isPaused: boolean): Promise<Left> {
  const server = await serveProcess(
    {
      name: 'scripted',
      binary: '/bin/sh',
      accounts: ['nobody'],
      arguments: () => ['-c', 'touch ready; exec sleep 1000'],
      url: (port) => `scripted://127.0.0.1:${port}`,
      async ping(_address, home) {
        if (!existsSync(join(home.directory, 'ready'))) throw new Error('no file yet');
      },
      stopSignal: 'SIGTERM',
      portTaken: /port taken/,
    },
    { directory },
  );
  if (isPaused) await server.pause();
  process.on('message', (message) => {
    if (message === 'close') void server.close();
    else process.exit();
  });
  const watchdog = descendantsOf(process.pid).find(({ pid }) => pid !== server.pid);
  return { server: server.pid, watchdog: watchdog?.pid ?? 0, directory: server.home.directory };
}

/** A process under watch by a birth that is not its own, as if its pid had been used again. */
async function startNamesake(parent: string): Promise<Left> {
  const directory = mkdtempSync(join(parent, 'namesake-'));
  const other = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  const pid = other.pid as number;
  const watchdog = await startWatchdog(directory);
  watchdog.watch({ pid, parent: process.pid, state: 'S', birth: '1' });
  return { server: pid, watchdog: watchdog.pid, directory };
}

const order = JSON.parse(process.argv[2] as string) as Order;
const left =
  order.kind === 'server'
    ? await startServer(order.directory, order.isPaused)
    : await startNamesake(order.directory);
process.send?.(left);
