import type { Clock } from '../core/clock.ts';
import type { Gate } from './gate.ts';
import type { Direction, Part, Port } from './target-name.ts';

/** The thing itself, found in an open cell. */
export type Target =
  | { readonly kind: 'calls'; readonly port: Port; readonly method: string | null; readonly gate: Gate }
  | {
      readonly kind: 'server';
      readonly part: Part;
      readonly technology: string;
      readonly server: ServerTarget;
      readonly successor?: Successor;
    }
  | {
      readonly kind: 'link';
      readonly part: Part;
      readonly direction: Direction;
      readonly technology: string;
      readonly link: LinkTarget;
      /** The server itself: a way that is well. */
      readonly direct: HostAndPort;
    }
  | { readonly kind: 'disk'; readonly directory: string; readonly writers: readonly DiskWriter[] }
  | { readonly kind: 'clock'; readonly clock: ClockTarget }
  | { readonly kind: 'node'; readonly node: NodeTarget }
  | { readonly kind: 'process' };

/** A process that is ours to harm. */
export interface ProcessTarget {
  /** Of its latest life. */
  readonly pid: number;
  kill(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves once it answers. */
  start(): Promise<void>;
  /** An orderly end. */
  stop(): Promise<void>;
}

/** A server of ours; its data and its address outlive kill and start. */
export interface ServerTarget extends ProcessTarget {
  readonly address: { readonly url: string };
  /** Where it keeps its data. Absent: nobody outside it knows. */
  readonly directory?: string;
}

/** An orchestrator in a process of its own; what it keeps outside itself outlives kill and start. */
export interface NodeTarget extends ProcessTarget {
  /** Whether it answers, as it answers its clients. */
  answers(): Promise<boolean>;
}

/** A clock that can be set wrong. */
export interface ClockTarget {
  /** From now on it is so far ahead, and goes so many times as fast. */
  adjust(aheadMs: number, rate?: number): void | Promise<void>;
  /** How wrong it is, at the least, as somebody finds who asks it what time it is. */
  wrongByMs(): number | Promise<number>;
}

/** Who can take a server's place, and the ways on which its clients come to it, all of them. */
export interface Successor {
  readonly server: ServerTarget & {
    /** Follows nobody from now on, and takes writes once it resolves. */
    promote(): Promise<void>;
  };
  readonly ways: readonly LinkTarget[];
}

/** Who writes the files of a stack: a server with its children, or our own process. */
export interface DiskWriter {
  /** Where it keeps them. */
  readonly directory: string;
  /** Null: our own process. */
  readonly technology: string | null;
  pids(): readonly number[];
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** A way to a server that can be made bad. */
export interface LinkTarget {
  /** Where clients connect. */
  readonly address: HostAndPort;
  /** In force on every connection when it resolves, to its name. */
  add(toxic: {
    readonly type: string;
    readonly direction: Direction;
    readonly toxicity: number;
    readonly attributes: { readonly [name: string]: number };
  }): Promise<string>;
  remove(name: string): Promise<void>;
  /** Another server is behind it when it resolves; what was connected is closed. */
  lead(to: HostAndPort): Promise<void>;
}

/** What an open cell has that faults can act on. */
export interface Surroundings {
  readonly clock: Clock;
  readonly gate: Gate;
  /** Servers of our own, by what they serve; bus and storage may share one. */
  readonly servers: {
    readonly [part in Part]?: {
      readonly technology: string;
      readonly server: ServerTarget;
      readonly successor?: Successor;
    };
  };
  /** Links in front of servers: only of parts whose link a fault names. */
  readonly links: { readonly [part in Part]?: Way };
  /** Where the stack keeps its data, and who writes there. */
  readonly directory: string;
  readonly writers: readonly DiskWriter[];
  /** The orchestrator's. */
  readonly orchestratorClock: ClockTarget;
  /** The orchestrator that has a process of its own, the first of several. */
  readonly node?: NodeTarget;
  /** All of several. Absent: there is one at the most. */
  readonly nodes?: readonly OneOfNodes[];
  /** Picks one of so many by chance, from 0 on. */
  readonly pick?: (count: number) => number;
  /** The last of several gateways. */
  readonly gateway?: NodeTarget;
}

/** A link with what it leads to. */
export interface Way {
  readonly technology: string;
  readonly link: LinkTarget;
  /** The server itself. */
  readonly direct: HostAndPort;
}

/** One of several nodes, with its clock and its own ways to what they share: only those that a fault names. */
export interface OneOfNodes {
  readonly node: NodeTarget;
  readonly clock: ClockTarget;
  readonly links: { readonly [port in Port]?: Way };
}
