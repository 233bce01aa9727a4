import type { NodeLife, Token } from './life.ts';

/** Below this share of what all have on average a node has room for more: smaller differences are not worth a move. */
const roomBelow = 0.8;

/** Agents to be moved to a node, and from whom. */
export interface Move {
  readonly from: NodeLife;
  readonly count: number;
}

/**
 * What a node that has room takes from the one that has most: no more than it lacks to the average, nor than the other has beyond it, so
 * that nothing is moved to and fro, and `most` at the most. Null: all have about as many, or it is not among them.
 */
export function moveTo(self: Token, standing: readonly NodeLife[], most: number): Move | null {
  const own = standing.find(({ token }) => token === self);
  if (own === undefined) return null;
  const average = standing.reduce((sum, { load }) => sum + load, 0) / standing.length;
  if (own.load >= roomBelow * average) return null;
  const from = standing.reduce((fullest, life) => (life.load > fullest.load ? life : fullest), own);
  const count = Math.min(most, Math.floor(average - own.load), Math.floor(from.load - average));
  return count < 1 ? null : { from, count };
}
