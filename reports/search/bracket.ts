import type { Outcome, Probe } from './plan.ts';

/** All probes of one value. */
export interface Level {
  readonly value: number;
  readonly probes: readonly Probe[];
}

/** Between what the edge lies: the highest value that holds and the lowest that does not. Null: none was seen. */
export interface Bracket {
  readonly low: Level | null;
  readonly high: Level | null;
}

/** The values that were played, ascending. */
export function levelsOf(probes: readonly Probe[]): readonly Level[] {
  const values = [...new Set(probes.map(({ value }) => value))].sort((left, right) => left - right);
  return values.map((value) => ({ value, probes: probes.filter((probe) => probe.value === value) }));
}

/**
 * Where more than half of the probes hold, and where no longer. Chance may make a value hold above one that broke: what
 * contradicts each other so is counted together (isotonic regression, by pooling adjacent violators), because more load
 * does not make anything easier. Of a draw nothing is claimed: it does not hold.
 */
export function bracketOf(probes: readonly Probe[]): Bracket {
  const levels = levelsOf(probes);
  const holds = pooled(levels);
  return {
    low: levels.findLast((_, at) => holds[at]) ?? null,
    high: levels.find((_, at) => !holds[at]) ?? null,
  };
}

interface Pool {
  levels: number;
  held: number;
  of: number;
}

/** For each level whether, counted with those that contradict it, more than half of its probes held. */
function pooled(levels: readonly Level[]): readonly boolean[] {
  const pools: Pool[] = [];
  for (const { probes } of levels) {
    let pool = { levels: 1, held: timesOf(probes, 'held'), of: probes.length };
    for (
      let before = pools.at(-1);
      before !== undefined && shareOf(before) < shareOf(pool);
      before = pools.at(-1)
    ) {
      pools.pop();
      pool = { levels: before.levels + pool.levels, held: before.held + pool.held, of: before.of + pool.of };
    }
    pools.push(pool);
  }
  return pools.flatMap((pool) => Array.from({ length: pool.levels }, () => shareOf(pool) > 0.5));
}

const shareOf = ({ held, of }: Pool): number => held / of;

export function timesOf(probes: readonly Probe[], outcome: Outcome): number {
  return probes.filter((probe) => probe.outcome === outcome).length;
}

/** Nothing that was played says that the stack broke there, only that it could not be seen. */
export function isBlind({ probes }: Level): boolean {
  return timesOf(probes, 'broke') === 0;
}

/** As many held as did not. */
export function isDraw({ probes }: Level): boolean {
  return timesOf(probes, 'held') * 2 === probes.length;
}
