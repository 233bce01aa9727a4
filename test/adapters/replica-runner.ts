/** A runner for replicas.test.ts: starts a server and a paused replica of it, says what, and waits for its end. */
import type { Server } from '../../adapters/adapter.ts';
import type { ProcessServer } from '../../adapters/servers/process-server.ts';
import { descendantsOf } from '../../adapters/servers/process-table.ts';
import { loadStorage } from '../../adapters/table.ts';

/** Everything that must go: servers, what they have started, watchdogs. */
export interface Left {
  readonly pids: readonly number[];
  readonly directories: readonly string[];
}

const [name = '', directory = ''] = process.argv.slice(2);
const adapter = await loadStorage(name);
const place = { directory, namespace: 'doomed', durability: 'process-crash', options: {} };
const primary = (await adapter.serve?.(place)) as Server;
const replica = (await adapter.replicate?.(primary, place)) as Server;
await replica.pause();
process.on('message', () => {});
process.send?.({
  pids: descendantsOf(process.pid).map(({ pid }) => pid),
  directories: [primary, replica].map((server) => (server as ProcessServer).home.directory),
} satisfies Left);
