import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Connection, Place, Traits } from '../adapter.ts';
import type { Peer } from './peer.ts';

/** One thing that every adapter must do, or that every adapter whose traits claim it must do. Plain data. */
export interface ConformanceTest<Port, T extends Traits> {
  readonly name: string;
  /** What it means for a user of the adapter when this fails. */
  readonly meaning: string;
  /** Whether the traits claim it. Absent: it holds for every adapter. */
  readonly applies?: (traits: T) => boolean;
  /** What `applies` asks for, in words; given as the reason when it is skipped. */
  readonly needs?: string;
  /** It starts a second process, which must be able to load the adapter by itself. */
  readonly processes?: boolean;
  /** Resolves when it holds; throws what was wrong. */
  run(context: ConformanceContext<Port, T>): Promise<void>;
}

/** What a test is given. What it opens is closed for it, whatever happens. */
export interface ConformanceContext<Port, T extends Traits> {
  readonly traits: T;
  readonly clock: Clock;
  readonly random: Random;
  /** The longest wait for anything that should happen. */
  readonly deadlineMs: number;
  /** A place nobody has used; at the lowest durability unless told otherwise. */
  place(durability?: string): Place;
  /** Opens the adapter at a place, a fresh one unless told. */
  open(place?: Place): Promise<Connection<Port>>;
  /** Another process, with the adapter open at the same place. */
  peer(place: Place): Promise<Peer>;
  /** SIGKILL and restart of the server that keeps what is at a place; nothing where there is no server. */
  crashServer(place: Place): Promise<void>;
  /** Resolves once `condition` holds; throws when it does not within the deadline. */
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
  /** `promise`, or a failure when it is not settled within the deadline. */
  within<R>(what: string, promise: Promise<R>): Promise<R>;
}

export type ConformanceSuite<Port, T extends Traits> = readonly ConformanceTest<Port, T>[];

export interface ConformanceResult {
  readonly name: string;
  readonly meaning: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What was wrong, or why it was skipped; null when it passed. */
  readonly reason: string | null;
}

/** How another process gets hold of the adapter: a module and the name it exports it by. */
export interface AdapterModule {
  /** A URL or an absolute path, as `import()` takes it. */
  readonly url: string;
  readonly name: string;
}
