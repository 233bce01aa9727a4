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
  /** By the nearest object of a class on the way to the root that was there before and still is, most bytes first. */
  readonly components: readonly HeapGrowth[];
}

/** What has grown from one snapshot of a process to a later one. */
export function growthOf(before: HeapSnapshot, after: HeapSnapshot): GrowthOfHeap {
  const [had, has] = [idsOf(before), idsOf(after)];
  const lasts = (id: number): boolean => had.has(id) && has.has(id);
  const [waysBefore, ways] = [before.holders(), after.holders()];
  const kinds = new Sums();
  const components = new Sums();
  for (let node = 0; node < after.count; node++) {
    if (isCompiled(after, node)) continue;
    const bytes = after.selfBytes(node);
    const isNew = had.has(after.id(node)) ? null : { node, way: alikeOf(after, ways, node) };
    kinds.add(kindOf(after, node), bytes, isNew);
    components.add(componentOf(after, ways, node, lasts), bytes, isNew);
  }
  for (let node = 0; node < before.count; node++) {
    if (isCompiled(before, node)) continue;
    const bytes = -before.selfBytes(node);
    kinds.add(kindOf(before, node), bytes, null);
    components.add(componentOf(before, waysBefore, node, lasts), bytes, null);
  }
  const heldBy = (node: number): string => wayOf(after, ways, node);
  return { kinds: kinds.grown(heldBy), components: components.grown(heldBy) };
}

/** What V8 makes of a program as it goes on: it grows by itself for minutes, and nothing of the program holds it. */
function isCompiled(snapshot: HeapSnapshot, node: number): boolean {
  return ['code', 'hidden', 'object shape'].includes(snapshot.type(node));
}

function idsOf(snapshot: HeapSnapshot): ReadonlySet<number> {
  const ids = new Set<number>();
  for (let node = 0; node < snapshot.count; node++) ids.add(snapshot.id(node));
  return ids;
}

/** New objects that are held alike, and one of them. */
interface NewOnes {
  bytes: number;
  readonly example: number;
}

/** Bytes by name, and what of it is new: an example is one of those that are held as most of them are. */
class Sums {
  readonly #sums = new Map<string, { bytes: number; count: number; byWay: Map<string, NewOnes> }>();

  /** `isNew`: the object, where it was not there before, and how such objects are held. */
  add(name: string, bytes: number, isNew: { readonly node: number; readonly way: string } | null): void {
    let sum = this.#sums.get(name);
    if (sum === undefined) {
      sum = { bytes: 0, count: 0, byWay: new Map() };
      this.#sums.set(name, sum);
    }
    sum.bytes += bytes;
    if (isNew === null) return;
    sum.count++;
    const { node, way } = isNew;
    const own = sum.byWay.get(way);
    if (own === undefined) sum.byWay.set(way, { bytes, example: node });
    else own.bytes += bytes;
  }

  grown(heldBy: (node: number) => string): readonly HeapGrowth[] {
    return [...this.#sums]
      .filter(([, { bytes }]) => bytes > 0)
      .sort(([, left], [, right]) => right.bytes - left.bytes)
      .map(([name, { bytes, count, byWay }]) => {
        const [most] = [...byWay.values()].sort((left, right) => right.bytes - left.bytes);
        return { name, count, bytes, heldBy: most === undefined ? '' : heldBy(most.example) };
      });
  }
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

function componentOf(
  snapshot: HeapSnapshot,
  { holder }: Ways,
  node: number,
  lasts: (id: number) => boolean,
): string {
  for (let at = node; at > 0; at = holder[at] as number) {
    const name = snapshot.type(at) === 'object' ? snapshot.name(at) : '';
    if (!plain.test(name) && lasts(snapshot.id(at))) return name;
  }
  return '(nobody)';
}

const longestWay = 6;
/** Objects whose ways begin with as many same steps are held alike. */
const alikeSteps = 3;

/** How an object is held, which place in a list aside. */
function alikeOf(snapshot: HeapSnapshot, ways: Ways, node: number): string {
  return wayOf(snapshot, ways, node, alikeSteps).replaceAll(/\[?\d+\]?(?= in )/g, '[]');
}

/** `[12] in Array, #listeners in Bus, ...`: the way to the root, as far as it is worth reading. */
function wayOf(snapshot: HeapSnapshot, { holder, edge }: Ways, node: number, longest = longestWay): string {
  const steps: string[] = [];
  for (let at = node; steps.length < longest; ) {
    const by = holder[at] as number;
    if (by <= 0) break;
    steps.push(`${snapshot.edgeName(edge[at] as number)} in ${kindOf(snapshot, by)}`);
    at = by;
  }
  return steps.join(' < ');
}
