import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Adapter, Connection, Place, Traits } from '../adapter.ts';
import type { Answers, Within } from './answers.ts';
import { type Peer, type PeerKind, startPeer } from './peer.ts';
import type { Servers } from './servers.ts';
import type { AdapterModule, ConformanceContext } from './suite.ts';

export interface ContextParts<Port, T extends Traits> {
  readonly adapter: Adapter<Port, T>;
  readonly kind: PeerKind;
  readonly module: AdapterModule | null;
  readonly wrap: (port: Port) => Port;
  /** Adapter options, for every place. */
  readonly options: Place['options'];
  readonly servers: Servers;
  readonly clock: Clock;
  readonly random: Random;
  readonly deadlineMs: number;
  /** What the adapter has answered in the tests so far. */
  readonly answers: Answers;
  /** Where places are made. */
  readonly directory: string;
}

/** A test's context, and what ends it: closes and removes whatever the test left; throws when that cannot be done. */
export function createContext<Port, T extends Traits>(
  parts: ContextParts<Port, T>,
): { readonly context: ConformanceContext<Port, T>; readonly end: () => Promise<void> } {
  const { adapter, answers, clock, deadlineMs } = parts;
  const connections: Connection<Port>[] = [];
  const peers: Peer[] = [];
  const directories: string[] = [];

  const within: Within = async <R>(what: string, promise: Promise<R>): Promise<R> => {
    const settled = new AbortController();
    const late = clock.sleep(deadlineMs, settled.signal).then(
      () => Promise.reject(new Error(`${what}: not within ${deadlineMs} ms`)),
      () => promise,
    );
    try {
      return await Promise.race([promise, late]);
    } finally {
      settled.abort();
    }
  };

  const context: ConformanceContext<Port, T> = {
    traits: adapter.traits,
    clock,
    random: parts.random,
    deadlineMs,
    within,
    place(durability) {
      const directory = mkdtempSync(join(parts.directory, 'conformance-'));
      directories.push(directory);
      return {
        directory,
        namespace: `conformance-${directory.slice(-6)}`,
        durability: durability ?? lowestDurability(adapter.traits),
        options: parts.options,
      };
    },
    async open(place = context.place()) {
      const address = await parts.servers.addressFor(place.durability);
      const opened = await answers.to('open', () => adapter.open(place, address), within);
      const connection = { ...opened, port: answers.watch(parts.wrap(opened.port), within) };
      connections.push(connection);
      return connection;
    },
    async peer(place) {
      if (parts.module === null) throw new Error('this test needs the module that exports the adapter');
      const address = await parts.servers.addressFor(place.durability);
      const peer = startPeer({ kind: parts.kind, module: parts.module, place, address });
      peers.push(peer);
      await within('start of a second process', peer.ready);
      return peer;
    },
    crashServer: ({ durability }) => parts.servers.crash(durability),
    async until(what, condition) {
      const giveUpAt = clock.now() + deadlineMs;
      while (!(await condition())) {
        if (clock.now() >= giveUpAt) throw new Error(`${what}: not within ${deadlineMs} ms`);
        await clock.sleep(1);
      }
    },
  };

  const end = async (): Promise<void> => {
    await Promise.all(peers.map((peer) => peer.kill()));
    try {
      await Promise.all(connections.map((connection) => within('close', connection.close())));
    } finally {
      for (const directory of directories) rmSync(directory, { recursive: true, force: true });
    }
  };

  return { context, end };
}

export function lowestDurability({ durability }: Traits): string {
  return durability.includes('none') ? 'none' : (durability[0] ?? 'none');
}
