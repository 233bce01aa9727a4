import type { Connection, Place, Replica, Server, StorageAdapter } from '../../adapters/adapter.ts';
import { TestbedError } from '../../core/error.ts';
import type { StorageReads } from '../../core/storage.ts';
import type { StackLinks } from './links.ts';
import type { GivenAddresses } from './provision.ts';
import type { UndoStack } from './undo.ts';

/** Why the storage of a stack can have no replicas; null when it can. */
export function unreplicated(
  { name, server: kind, replicate, openReplica }: StorageAdapter,
  given: GivenAddresses,
): string | null {
  if (kind === undefined)
    return `storage ${name} lives in our own process: it has no server to make replicas of`;
  if (given[kind] !== undefined) return `the ${kind} server is somebody's: replicas are made of our own only`;
  if (replicate === undefined || openReplica === undefined) return `storage ${name} knows no replicas`;
  return null;
}

/** A replica of the storage's server, and what it holds open for reading. */
export interface OpenReplica {
  readonly server: Replica;
  readonly connection: Connection<StorageReads>;
}

/** Starts replicas of the storage's server; each pushes its own end. */
export async function startReplicas(
  { name, server: kind, replicate }: StorageAdapter,
  place: Place,
  primary: Server | undefined,
  count: number,
  links: StackLinks,
  undo: UndoStack,
): Promise<readonly Replica[]> {
  const replicas: Replica[] = [];
  const source = count === 0 ? undefined : await links.through('replication', kind, primary?.address);
  while (replicas.length < count) {
    if (primary === undefined || replicate === undefined)
      throw new TestbedError('UNSUPPORTED', `storage ${name} has no server of ours to make replicas of`);
    const replica = await replicate(primary, place, source);
    undo.push(`end replica ${replicas.length + 1}`, () => replica.close());
    replicas.push(replica);
  }
  return replicas;
}

/** Opens what the replicas hold of the place, which is open at their primary. A link to replicas leads to the first of them. */
export async function openReplicas(
  { name, server: kind, openReplica }: StorageAdapter,
  place: Place,
  servers: readonly Replica[],
  links: StackLinks,
  undo: UndoStack,
): Promise<readonly OpenReplica[]> {
  const open: OpenReplica[] = [];
  for (const server of servers) {
    if (openReplica === undefined)
      throw new TestbedError('UNSUPPORTED', `storage ${name} cannot be read from replicas`);
    const address = open.length === 0 ? await links.through('replica', kind, server.address) : server.address;
    const connection = await openReplica(place, address ?? server.address);
    undo.push(`close replica ${open.length + 1} of ${name}`, () => connection.close());
    open.push({ server, connection });
  }
  return open;
}

/** What each replica said of itself, by `replica1`, `replica2`, ... */
export function replicaFacts(open: readonly OpenReplica[]): {
  readonly [replica: string]: Connection<unknown>['facts'];
} {
  return Object.fromEntries(
    open.map(({ server, connection }, index) => [
      `replica${index + 1}`,
      { ...server.facts, serverPid: server.pid, ...connection.facts },
    ]),
  );
}
