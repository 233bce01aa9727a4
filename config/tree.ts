import type { Mark } from './problems.ts';

/**
 * A document whose every part knows where it was written, so that a problem found at the end, after files were merged
 * and values filled in, can still be shown at its place.
 */
export type Node = ScalarNode | ListNode | MappingNode;

interface Placed {
  readonly at: Mark;
  /** Where in its own document, such as `workload.phases[0].for`. */
  readonly path: string;
}

export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** Environment variables that it was filled in from. */
  readonly variables: readonly string[];
}

export interface ListNode extends Placed {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface MappingNode extends Placed {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly keyAt: Mark;
  readonly value: Node;
}

export type Path = readonly (string | number)[];

/** What is at a path, and where to point at: for a mapping or list, at the key that it belongs to. */
export interface Found {
  readonly node: Node;
  readonly at: Mark;
}

/** The part of the document at `path`, or null. */
export function find(root: Node, path: Path): Found | null {
  let found: Found = { node: root, at: root.at };
  for (const step of path) {
    const { node } = found;
    if (node.kind === 'mapping') {
      const entry = node.entries.get(String(step));
      if (entry === undefined) return null;
      found = { node: entry.value, at: entry.value.kind === 'scalar' ? entry.value.at : entry.keyAt };
    } else {
      const item = node.kind === 'list' ? node.items[Number(step)] : undefined;
      if (item === undefined) return null;
      found = { node: item, at: item.at };
    }
  }
  return found;
}

/** The part at `path` or, where nothing was written, the nearest one around it. */
export function nearestTo(root: Node, path: Path): Found {
  for (let length = path.length; length > 0; length--) {
    const found = find(root, path.slice(0, length));
    if (found !== null) return found;
  }
  return { node: root, at: root.at };
}

/** `a.b[0].c` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => joinPath(text, step), '');
}

export function joinPath(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  return path === '' ? step : `${path}.${step}`;
}

/** Plain values. Mappings have no prototype, so that a key is only ever a key. */
export function toPlain(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toPlain);
  const plain: { [key: string]: unknown } = Object.create(null);
  for (const [key, { value }] of node.entries) plain[key] = toPlain(value);
  return plain;
}

/**
 * `over` laid upon `base`: mappings are merged key by key, everything else is replaced. The result stands where `over`
 * stands; each part of it where it was written.
 */
export function merge(base: Node, over: Node): Node {
  if (base.kind !== 'mapping' || over.kind !== 'mapping') return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const inherited = base.entries.get(key);
    entries.set(key, inherited ? { ...entry, value: merge(inherited.value, entry.value) } : entry);
  }
  return { ...over, entries };
}

/** The same mapping without some of its keys. */
export function without(node: MappingNode, ...keys: readonly string[]): MappingNode {
  return { ...node, entries: new Map([...node.entries].filter(([key]) => !keys.includes(key))) };
}

/** The same document with `node` at `path`. All of the path but its last step is there. */
export function set(root: MappingNode, [key, ...rest]: Path, node: Node): MappingNode {
  const name = String(key);
  const entry = root.entries.get(name);
  const inner = entry?.value;
  const value = rest.length > 0 && inner?.kind === 'mapping' ? set(inner, rest, node) : node;
  return { ...root, entries: new Map(root.entries).set(name, { keyAt: entry?.keyAt ?? node.at, value }) };
}
