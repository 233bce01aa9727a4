import { TestbedError } from '../core/error.ts';

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
