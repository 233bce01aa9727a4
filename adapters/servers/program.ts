import type { Address } from '../adapter.ts';
import type { Home } from './home.ts';

/** What there is to know of a server's program to run it. One object per technology. */
export interface Program {
  /** As people call it: `redis-server`, `postgres`. Names its directory, and it in messages. */
  readonly name: string;
  /** Absolute path of what is spawned. */
  readonly binary: string;
  /** Whom to run it as when we are root: the first that the machine knows. */
  readonly accounts: readonly string[];
  /** Fills the private directory, once, before the first start. What it makes must be readable by `home.account`. */
  prepare?(home: Home): Promise<void>;
  /** Arguments for a start, on this loopback port, in the foreground, logging to stdout or stderr. */
  arguments(home: Home, port: number): readonly string[];
  /** Added to an environment that holds PATH, HOME and LC_ALL=C only. */
  readonly environment?: { readonly [name: string]: string };
  /** Where clients reach it on this port. */
  url(port: number): string;
  /**
   * Resolves when the server at `address` does its work *and* is the one that we started (its process is `pid`,
   * its directory ours): another server may have taken the port first. Rejects otherwise. Bounded: gives up by
   * itself within a second or so.
   */
  ping(address: Address, home: Home, pid: number): Promise<void>;
  /** Asks for an orderly end that does not wait for clients. */
  readonly stopSignal: NodeJS.Signals;
  /** Found in the log of a server that ended because its port was taken. */
  readonly portTaken: RegExp;
}
