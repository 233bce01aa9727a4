import { bestSplit } from './energy-split.ts';
import { levelOf, sameLevelP } from './levels.ts';

/** How sure a change has to be, and where it is looked for. */
export interface Search {
  /** A change point whose two sides are of one level with this chance, or a greater one, is none. */
  readonly maxP: number;
  /** Fewest values on either side: what is shorter is a spike, and no new level. */
  readonly least: number;
  /** Values that are looked at together; each window begins at the middle of the one before. */
  readonly window: number;
}

/** What the figures of docs/evidence/trend.tsv were made with. */
export const usualSearch: Search = { maxP: 0.0002, least: 4, window: 50 };

/** Splits that are this many times less sure are looked at as well: what lies between others may show itself later. */
const weaker = 10;

/**
 * The places at which a series begins to be of another level, ascending: E-Divisive with the means, as Hunter does it
 * (Fleming et al., ICPE 2023). Windows are cut in two, and their parts again, as long as a t-test tells the parts from
 * each other; then the weakest of those change points goes, until each is sure between its own neighbours. Nothing is
 * left to chance: the same series has the same change points.
 */
export function changePoints(values: readonly number[], search: Search = usualSearch): readonly number[] {
  return withoutWeak(values, candidatesIn(values, search), search.maxP);
}

function candidatesIn(values: readonly number[], search: Search): readonly number[] {
  const found: number[] = [];
  for (let from = 0; from < values.length; ) {
    const inside = splitsIn(values.slice(from, from + search.window), search).map((at) => at + from);
    found.push(...inside);
    // A window begins at a change point rather than before it: half of it would be of the level that is over.
    from = Math.max(from + (search.window >> 1), inside.at(-1) ?? 0);
  }
  return [...new Set(found)].sort((left, right) => left - right);
}

function splitsIn(values: readonly number[], search: Search): readonly number[] {
  const split = bestSplit(values, search.least);
  if (split === null) return [];
  const [before, after] = [values.slice(0, split.at), values.slice(split.at)];
  if (sameLevelP(levelOf(before), levelOf(after)) >= search.maxP * weaker) return [];
  const later = splitsIn(after, search).map((at) => at + split.at);
  return [...splitsIn(before, search), split.at, ...later];
}

function withoutWeak(
  values: readonly number[],
  candidates: readonly number[],
  maxP: number,
): readonly number[] {
  let kept = candidates;
  while (kept.length > 0) {
    const chances = kept.map((at, place) => {
      const before = values.slice(kept[place - 1] ?? 0, at);
      const after = values.slice(at, kept[place + 1] ?? values.length);
      return sameLevelP(levelOf(before), levelOf(after));
    });
    const weakest = Math.max(...chances);
    if (weakest < maxP) break;
    kept = kept.filter((_, place) => place !== chances.indexOf(weakest));
  }
  return kept;
}
