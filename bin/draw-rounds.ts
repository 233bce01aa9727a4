import { createRandom, type Random } from '../core/random.ts';
import type { Cell, Scenario } from '../scenarios/scenario.ts';

/**
 * The cells in rounds: scenario by scenario, in each round every stack once, in an order that only the seed and the
 * names of the stacks decide. Whatever drifts on the machine then meets all stacks alike, and the order in which stacks
 * are listed changes nothing of what is played.
 */
export function drawRounds(cells: readonly Cell[], seed: number): readonly Cell[] {
  const random = createRandom(seed).fork('rounds');
  return roundsOf(cells).flatMap((round, number) => shuffle(round.sort(byStack), random.fork(`${number}`)));
}

function roundsOf(cells: readonly Cell[]): Cell[][] {
  const rounds = new Map<Scenario, Map<number, Cell[]>>();
  for (const cell of cells) {
    const own = rounds.get(cell.scenario) ?? new Map<number, Cell[]>();
    own.set(cell.iteration, [...(own.get(cell.iteration) ?? []), cell]);
    rounds.set(cell.scenario, own);
  }
  return [...rounds.values()].flatMap((own) => [...own.values()]);
}

function byStack({ stack: left }: Cell, { stack: right }: Cell): number {
  return left.name < right.name ? -1 : 1;
}

function shuffle<T>(items: readonly T[], random: Random): readonly T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.integer(0, last);
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  return shuffled;
}
