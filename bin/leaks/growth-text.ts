import type { GrowthOfHeap, HeapGrowth } from '../../scenarios/measure/heap-growth.ts';

const mostTold = 5;
/** What is less than this share of the most is what V8 does by the way. */
const leastShare = 0.1;

/** What grew between two heap snapshots, a sentence each: in which component, and of what kind of object. */
export function growthText(grown: GrowthOfHeap | null): readonly string[] {
  if (grown === null) return [];
  return [
    ...most(grown.components).map((each) => `held by ${sentence(each)}`),
    ...most(grown.kinds).map((each) => `of the kind ${sentence(each)}`),
  ];
}

/** `growths` come most bytes first. */
function most(growths: readonly HeapGrowth[]): readonly HeapGrowth[] {
  const least = leastShare * (growths[0]?.bytes ?? 0);
  return growths.slice(0, mostTold).filter(({ bytes }) => bytes >= least);
}

function sentence({ name, bytes, count, heldBy }: HeapGrowth): string {
  const held = heldBy === '' ? '' : `; one is ${heldBy}`;
  return `${name}: ${(bytes / 1000).toFixed(1)} kB more, ${count} new${held}`;
}
