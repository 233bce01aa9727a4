import { createRandom, type Random } from '../core/random.ts';
import type { Cell } from '../scenarios/scenario.ts';

/**
 * The cells in rounds: scenario by scenario, in each round every stack once, in an order that only the seed and the
 * names of the stacks decide. Whatever drifts on the machine then meets all stacks alike, and the order in which stacks
 * are listed changes nothing of what is played.
 */
export function drawRounds(cells: readonly Cell[], seed: number): readonly Cell[] {
  const rounds = new Map<string, Cell[]>();
  for (const cell of cells) {
    const round = `${cell.scenario.name} ${cell.iteration}`;
    rounds.set(round, [...(rounds.get(round) ?? []), cell]);
  }
  const random = createRandom(seed).fork('rounds');
  return [...rounds].flatMap(([name, round]) => shuffle(round.sort(byStack), random.fork(name)));
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
