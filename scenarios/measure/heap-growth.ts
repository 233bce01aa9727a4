import type { HeapSnapshot } from './heap-snapshot.ts';

/** What a heap has more of than before, of one kind of object or in one component. */
export interface HeapGrowth {
  readonly name: string;
  /** Objects that were not there before. */
  readonly count: number;
  /** How much more there is of it, what has gone subtracted. */
  readonly bytes: number;
  /** How one of the new ones is held, from the holder on to the root; empty where there is none. */
  readonly heldBy: string;
}

export interface GrowthOfHeap {
  /** By constructor, most bytes first. */
  readonly kinds: readonly HeapGrowth[];
  /** By the nearest class on the way to the root, most bytes first. */
  readonly components: readonly HeapGrowth[];
}

interface Sum {
  count: number;
  bytes: number;
  example: number;
}

/** What has grown from one snapshot of a process to a later one. */
export function growthOf(before: HeapSnapshot, after: HeapSnapshot): GrowthOfHeap {
  const there = new Set<number>();
  for (let node = 0; node < before.count; node++) there.add(before.id(node));
  const ways = after.holders();
  const beforeWays = before.holders();
  const kinds = new Map<string, Sum>();
  const components = new Map<string, Sum>();
  for (let node = 0; node < after.count; node++) {
    const isNew = !there.has(after.id(node));
    add(kinds, kindOf(after, node), after.selfBytes(node), isNew ? node : null);
    if (ways.holder[node] !== -1)
      add(components, componentOf(after, ways, node), after.selfBytes(node), isNew ? node : null);
  }
  for (let node = 0; node < before.count; node++) {
    add(kinds, kindOf(before, node), -before.selfBytes(node), null);
    if (beforeWays.holder[node] !== -1)
      add(components, componentOf(before, beforeWays, node), -before.selfBytes(node), null);
  }
  const told = (sums: Map<string, Sum>): readonly HeapGrowth[] =>
    [...sums]
      .map(([name, { count, bytes, example }]) => ({
        name,
        count,
        bytes,
        heldBy: example === -1 ? '' : wayOf(after, ways, example),
      }))
      .filter(({ bytes }) => bytes > 0)
      .sort((left, right) => right.bytes - left.bytes);
  return { kinds: told(kinds), components: told(components) };
}

function add(sums: Map<string, Sum>, name: string, bytes: number, isNew: number | null): void {
  const sum = sums.get(name) ?? { count: 0, bytes: 0, example: -1 };
  sum.bytes += bytes;
  if (isNew !== null) {
    sum.count++;
    sum.example = isNew;
  }
  sums.set(name, sum);
}

/** A constructor; of what is no object of one, what V8 calls it. */
function kindOf(snapshot: HeapSnapshot, node: number): string {
  const type = snapshot.type(node);
  if (type === 'object') return snapshot.name(node);
  if (type === 'closure') return `${snapshot.name(node) || 'anonymous'}()`;
  if (type === 'concatenated string' || type === 'sliced string') return '(string)';
  return `(${type})`;
}

type Ways = ReturnType<HeapSnapshot['holders']>;

/** What objects are made of: nobody's component. */
const plain =
  /^(Object|Array|Map|Set|WeakMap|WeakSet|Promise|Generator|Function|Arguments|ArrayBuffer|Uint8Array|Buffer|FixedArray|Map Iterator|Set Iterator|)$|[ /()]/;

function componentOf(snapshot: HeapSnapshot, { holder }: Ways, node: number): string {
  for (let at = node; at > 0; at = holder[at] as number) {
    if (snapshot.type(at) === 'object' && !plain.test(snapshot.name(at))) return snapshot.name(at);
  }
  return '(nobody)';
}

const longestWay = 12;

/** `[12] in Array, #listeners in Bus, ...`: the way to the root, as far as it is worth reading. */
function wayOf(snapshot: HeapSnapshot, { holder, edge }: Ways, node: number): string {
  const steps: string[] = [];
  for (let at = node; steps.length < longestWay; ) {
    const by = holder[at] as number;
    if (by <= 0) break;
    steps.push(`${snapshot.edgeName(edge[at] as number)} in ${kindOf(snapshot, by)}`);
    at = by;
  }
  return steps.join(' < ');
}
