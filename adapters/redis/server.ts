import type { Place } from '../adapter.ts';
import { findBinary } from '../servers/find-binary.ts';
import { type ProcessServer, type ServeOptions, serveProcess } from '../servers/process-server.ts';
import type { Program } from '../servers/program.ts';
import { type Persistence, persistenceOf } from './durability.ts';
import { pingRedis } from './ping.ts';

/** Starts a redis-server of our own, as durable as the place asks. The caller has checked that it can be. */
export function serveRedis(
  { directory, durability, clock }: Place,
  options: Partial<ServeOptions> = {},
): Promise<ProcessServer> {
  const program = redisProgram(persistenceOf[durability] as Persistence);
  return serveProcess(program, { directory, ...(clock && { clock }), ...options });
}

/** The redis-server of this machine. UNSUPPORTED, with the command that installs it, when there is none. */
export function redisProgram(persistence: Persistence): Program {
  return {
    name: 'redis-server',
    binary: findBinary({
      name: 'redis-server',
      variable: 'TESTBED_REDIS_SERVER',
      folders: ['/usr/bin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin', '/opt/redis*/bin'],
      install: process.platform === 'darwin' ? 'brew install redis' : 'apt-get install -y redis-server',
    }),
    accounts: ['redis'],
    arguments: ({ directory }, port) => settings(directory, port, persistence),
    url: (port) => `redis://127.0.0.1:${port}`,
    ping: (address, _home, pid) => pingRedis(Number(new URL(address.url).port), pid),
    stopSignal: 'SIGTERM',
    portTaken: /Address already in use/,
  };
}

function settings(directory: string, port: number, { appendonly, appendfsync }: Persistence): string[] {
  const values = {
    bind: '127.0.0.1',
    port: String(port),
    dir: directory,
    daemonize: 'no',
    // Snapshots would be a second, undeclared durability.
    save: '',
    appendonly,
    appendfsync,
    'maxmemory-policy': 'noeviction',
    // A replica is wanted now, and no second one will come to share its copy.
    'repl-diskless-sync-delay': '0',
  };
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
}
