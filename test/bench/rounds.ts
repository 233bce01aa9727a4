import { median } from './figure.ts';

/** One thing done by both sides, in the same rounds. */
export interface Pair {
  readonly ours: number;
  readonly peer: number;
  /** The median of the rounds' own ratios: a machine that drifts costs both sides of a round alike. */
  readonly ratio: number;
}

/** Every side once a round, in turns of order. What the first round gives is thrown away: it warms all of them up. */
export async function inRounds<Name extends string>(
  rounds: number,
  sides: { readonly [name in Name]: () => Promise<number> },
): Promise<{ readonly [name in Name]: readonly number[] }> {
  const names = Object.keys(sides) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const value = await sides[name]();
      if (round > 0) taken[name].push(value);
    }
  }
  return taken;
}

export function pairOf(ours: readonly number[], peer: readonly number[]): Pair {
  return {
    ours: median(ours),
    peer: median(peer),
    ratio: median(ours.map((value, round) => value / (peer[round] ?? Number.NaN))),
  };
}
