import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Place } from '../adapter.ts';
import { findBinary } from '../servers/find-binary.ts';
import type { Home } from '../servers/home.ts';
import { type ProcessServer, type ServeOptions, serveProcess } from '../servers/process-server.ts';
import { descendantsOf, findProcess, type ProcessEntry } from '../servers/process-table.ts';
import type { Program } from '../servers/program.ts';
import { type Safety, safetyOf } from './durability.ts';
import { lockLines, pingPostgres } from './ping.ts';
import { makeDataDirectory, serverDatabase } from './template.ts';

/** The superuser of our own servers. */
export const serverRole = 'testbed';
const goneWithinMs = 5_000;

/** Starts a Postgres of our own, as durable as the place asks. The caller has checked that it can be. */
export function servePostgres(place: Place, options: Partial<ServeOptions> = {}): Promise<ProcessServer> {
  return serveProgram(postgresProgram(safetyOf[place.durability] as Safety), place, options);
}

/** Starts a Postgres of whatever program. */
export async function serveProgram(
  program: Program,
  { directory, clock = systemClock }: Place,
  options: Partial<ServeOptions> = {},
): Promise<ProcessServer> {
  const server = await serveProcess(program, { directory, clock, ...options });
  const kill = server.kill.bind(server);
  const close = server.close.bind(server);
  // The backends of a postmaster that was killed hold its shared memory a moment longer, and a start meanwhile is refused.
  server.kill = async () => {
    const backends = descendantsOf(server.pid);
    await kill();
    for (let waitedMs = 0; waitedMs < goneWithinMs && backends.some(isThere); waitedMs++)
      await clock.sleep(1);
  };
  server.close = async () => {
    await server.stop();
    await removeSharedMemory(server.home);
    await close();
  };
  return server;
}

/** One that was killed leaves a segment in the kernel, which its next start would have removed. The lock that it left as well names it. */
async function removeSharedMemory(home: Home): Promise<void> {
  const lock = join(home.directory, 'data', 'postmaster.pid');
  if (!existsSync(lock)) return;
  const segment = /^\s*\d+\s+(\d+)\s*$/.exec(
    readFileSync(lock, 'utf8').split('\n')[lockLines.sharedMemory] ?? '',
  )?.[1];
  if (segment === undefined) return;
  try {
    await home.run('ipcrm', ['-m', segment]);
  } catch (error) {
    // Gone already, or a machine without that program: 56 bytes are not worth a failure.
    if (!isTestbedError(error)) throw error;
  }
}

function isThere({ pid, birth }: ProcessEntry): boolean {
  const now = findProcess(pid);
  return now !== undefined && now.birth === birth && now.state !== 'Z';
}

/** The Postgres of this machine, newest version. UNSUPPORTED, with the command that installs it, when there is none. */
export function postgresProgram(safety: Safety): Program {
  const binary = findBinary({
    name: 'postgres',
    variable: 'TESTBED_POSTGRES',
    folders: [
      '/usr/lib/postgresql/*/bin',
      '/usr/pgsql-*/bin',
      '/usr/libexec/postgresql*',
      '/usr/local/pgsql/bin',
      '/opt/homebrew/opt/postgresql*/bin',
      '/usr/local/opt/postgresql*/bin',
    ],
    install: process.platform === 'darwin' ? 'brew install postgresql' : 'apt-get install -y postgresql',
  });
  let password = '';
  return {
    name: 'postgres',
    binary,
    accounts: ['postgres'],
    async prepare(home) {
      await makeDataDirectory(home, realpathSync(binary), serverRole);
      password = readFileSync(join(home.directory, 'password'), 'utf8');
    },
    arguments: ({ directory }, port) => [
      ...['-D', join(directory, 'data')],
      ...Object.entries(settings(port, safety)).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    url: (port) => `postgres://${serverRole}:${password}@127.0.0.1:${port}/${serverDatabase}`,
    ping: ({ url }, { directory }, pid) => pingPostgres(url, join(directory, 'data'), pid),
    // A fast shutdown: clients are cut off, what is committed is kept.
    stopSignal: 'SIGINT',
    portTaken: /could not bind IPv4 address .*Address already in use/,
  };
}

function settings(
  port: number,
  { fsync, synchronousCommit, fullPageWrites }: Safety,
): { readonly [name: string]: string } {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync,
    synchronous_commit: synchronousCommit,
    full_page_writes: fullPageWrites,
    max_connections: '200',
    // Inside the data directory, so that nothing of a killed server stays behind in /dev/shm.
    dynamic_shared_memory_type: 'mmap',
    max_parallel_workers_per_gather: '0',
    jit: 'off',
    huge_pages: 'off',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
  };
}
