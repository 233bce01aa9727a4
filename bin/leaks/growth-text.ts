import type { GrowthOfHeap, HeapGrowth } from '../../scenarios/measure/heap-growth.ts';

const mostComponents = 5;
const mostKinds = 5;

/** What grew between two heap snapshots, a sentence each: in which component, and of what kind of object. */
export function growthText(grown: GrowthOfHeap | null): readonly string[] {
  if (grown === null) return [];
  const { components, kinds } = grown;
  return [
    ...components.slice(0, mostComponents).map((each) => `held by ${sentence(each)}`),
    ...kinds.slice(0, mostKinds).map((each) => sentence(each)),
  ];
}

function sentence({ name, bytes, count, heldBy }: HeapGrowth): string {
  const held = heldBy === '' ? '' : `; one is ${heldBy}`;
  return `${name}: ${(bytes / 1000).toFixed(1)} kB more, ${count} new${held}`;
}
