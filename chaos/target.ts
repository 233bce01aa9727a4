import type { Clock } from '../core/clock.ts';
import { TestbedError } from '../core/error.ts';
import type { Gate } from './gate.ts';

/** What of a cell a fault acts on. */
export type TargetKind = 'calls' | 'link' | 'server' | 'node' | 'process' | 'disk' | 'clock';

/** What has a link or a server; `replication` is the way on which a replica follows its primary, `target` a service of the user's own. */
export type Part = Port | 'replica' | 'replication' | 'target';
export type Port = 'bus' | 'storage';

/** `on:` as a scenario writes it, taken apart. */
export type TargetName =
  | { readonly kind: 'calls'; readonly port: Port; readonly method: string | null }
  /** `which`: the way of one of several nodes alone. */
  | { readonly kind: 'link'; readonly part: Part; readonly direction: Direction; readonly which?: Which }
  | { readonly kind: 'server'; readonly part: Part }
  | { readonly kind: 'process' | 'disk' }
  /** `gateway`: the last of several, each of which has an orchestrator of its own. */
  | { readonly kind: 'node'; readonly of: 'node' | 'gateway'; readonly which: Which }
  | { readonly kind: 'clock'; readonly of: 'cell' | 'node'; readonly which: Which };

/** Of several nodes the one with that number, from 1 on, or any that the seed picks. */
export type Which = number | 'any';

/** `up`: from client to server. */
export type Direction = 'up' | 'down' | 'both';

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

const methodsOf: { readonly [port in Port]: readonly string[] } = {
  bus: ['publish', 'subscribe', 'deliver'],
  storage: ['insert', 'get', 'update', 'find', 'count', 'remove', 'append', 'read', 'prune'],
};
const repositories = ['agents', 'swarms', 'events'];

/** Every target as it can be written, for lists and messages. */
export const targetNames: readonly string[] = [
  'bus.calls',
  'storage.calls',
  ...methodsOf.bus.map((method) => `bus.${method}`),
  ...methodsOf.storage.map((method) => `storage.${method}`),
  'bus.link',
  'storage.link',
  'bus.server',
  'storage.server',
  'replica.link',
  'replica.server',
  'replication.link',
  'target.link',
  'node',
  'node.1',
  'node.2',
  'node.any',
  'node.2.bus.link',
  'node.2.storage.link',
  'node.any.bus.link',
  'node.any.storage.link',
  'gateway',
  'process',
  'disk',
  'clock',
  'clock.node',
  'clock.node.2',
  'clock.node.any',
];

/** Takes `on:` apart; a method of one repository alone is `storage.agents.update`. INVALID_CONFIG when there is no such target. */
export function parseTarget(text: string, direction: Direction = 'both'): TargetName {
  const [part = '', what, method] = text.split('.');
  if (text === 'gateway') return { kind: 'node', of: text, which: 1 };
  const node = /^(clock\.)?node(?:\.([1-9]\d?|any))?$/.exec(text);
  if (node !== null) {
    const which = whichOf(node[2] ?? '1');
    return node[1] === undefined ? { kind: 'node', of: 'node', which } : { kind: 'clock', of: 'node', which };
  }
  const way = /^node\.([1-9]\d?|any)\.(bus|storage)\.link$/.exec(text);
  if (way !== null) return { kind: 'link', part: way[2] as Port, direction, which: whichOf(way[1]) };
  if (text === 'process' || text === 'disk') return { kind: text };
  if (text === 'clock') return { kind: 'clock', of: 'cell', which: 1 };
  if (text === 'replication.link') return { kind: 'link', part: 'replication', direction };
  if (text === 'target.link') return { kind: 'link', part: 'target', direction };
  if (part === 'bus' || part === 'storage' || part === 'replica') {
    if (what === 'link' && method === undefined) return { kind: 'link', part, direction };
    if (what === 'server' && method === undefined) return { kind: 'server', part };
    if (part !== 'replica') {
      if (what === 'calls' && method === undefined) return { kind: 'calls', port: part, method: null };
      if (what !== undefined && method === undefined && methodsOf[part].includes(what))
        return { kind: 'calls', port: part, method: what };
      if (part === 'storage' && repositories.includes(what ?? '') && methodsOf.storage.includes(method ?? ''))
        return { kind: 'calls', port: part, method: `${what}.${method}` };
    }
  }
  throw new TestbedError('INVALID_CONFIG', `unknown target "${text}" (allowed: ${targetNames.join(', ')})`);
}

function whichOf(text: string | undefined): Which {
  return text === 'any' ? text : Number(text);
}

/** Whether bus and storage are served by one server, so that what harms one harms both. */
export function isShared({ servers }: Surroundings): boolean {
  return servers.bus !== undefined && servers.bus.server === servers.storage?.server;
}

const noNode = 'the orchestrator of this cell has no process of its own';
const noGateway = 'this cell has no gateway beside its first one, which is part of node';

/** The target in this cell, or in words that the cell has none. */
export function findTarget(name: TargetName, surroundings: Surroundings): Target | string {
  switch (name.kind) {
    case 'calls':
      return { ...name, gate: surroundings.gate };
    case 'server': {
      const found = surroundings.servers[name.part];
      if (found !== undefined) return { ...name, ...found };
      return `this stack has no ${name.part} server of ours`;
    }
    case 'link':
      return linkOf(name, surroundings);
    case 'disk':
      return { kind: 'disk', directory: surroundings.directory, writers: surroundings.writers };
    case 'clock': {
      if (name.of === 'cell') return { kind: 'clock', clock: surroundings.orchestratorClock };
      const found = nodeOf(name.which, surroundings);
      return typeof found === 'string' ? found : { kind: 'clock', clock: found.clock };
    }
    case 'process':
      return { kind: 'process' };
    case 'node': {
      const found = name.of === 'node' ? nodeOf(name.which, surroundings) : gatewayOf(surroundings);
      return typeof found === 'string' ? found : { kind: 'node', node: found.node };
    }
  }
}

function linkOf(
  { kind, part, direction, which }: Extract<TargetName, { kind: 'link' }>,
  surroundings: Surroundings,
): Target | string {
  const of = which === undefined ? surroundings : nodeOf(which, surroundings);
  if (typeof of === 'string') return of;
  const links: { readonly [part in Part]?: Way } = of.links;
  const found = links[part];
  if (found !== undefined) return { kind, part, direction, ...found };
  return `this stack has no link to a ${part} server`;
}

function nodeOf(
  which: Which,
  { node, nodes, orchestratorClock, pick = () => 0 }: Surroundings,
): OneOfNodes | string {
  if (node === undefined) return noNode;
  const all = nodes ?? [{ node, clock: orchestratorClock, links: {} }];
  const found = all[which === 'any' ? pick(all.length) : which - 1];
  return found ?? `there is no node ${which}: this cell has ${all.length}`;
}

function gatewayOf({ gateway }: Surroundings): { readonly node: NodeTarget } | string {
  return gateway === undefined ? noGateway : { node: gateway };
}
