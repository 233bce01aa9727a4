import { drawFaults } from '../../chaos/nemesis.ts';
import { createRandom } from '../../core/random.ts';
import type { Cell, Scenario, Stack } from '../scenario.ts';

/**
 * Every scenario on every one of its stacks, as often as asked. The load of a cell depends on its scenario, the
 * seed and the iteration, never on the stack: stacks are compared under the same operations.
 */
export function planCells(
  scenarios: readonly { readonly scenario: Scenario; readonly stacks: readonly Stack[] }[],
  iterations: number,
  seed: number,
): readonly Cell[] {
  return scenarios.flatMap(({ scenario, stacks }) =>
    Array.from({ length: iterations }, (_, index) => {
      const drawn = withDrawnFaults(scenario, stacks, seed + index);
      return stacks.map((stack) => ({ scenario: drawn, stack, iteration: index + 1, seed: seed + index }));
    }).flat(),
  );
}

/** What is left to chance, drawn: for all stacks alike, so that no fault may be in another's way on any of them. */
function withDrawnFaults(scenario: Scenario, stacks: readonly Stack[], seed: number): Scenario {
  const { random, faults = [], workload } = scenario;
  if (random === undefined) return scenario;
  const measuredMs = workload.phases.reduce((sum, { warmup, forMs }) => sum + (warmup ? 0 : forMs), 0);
  const sameServer = stacks.some(({ bus, storage }) => bus.replace(/-.*/, '') === storage);
  const chance = createRandom(seed).fork(scenario.name).fork('nemesis');
  const drawn = [...faults, ...drawFaults(random, measuredMs, sameServer, chance)];
  return { ...scenario, faults: drawn.sort((a, b) => a.atMs - b.atMs) };
}

/** What a cell takes by the clock if nothing goes wrong, without draining. */
export function plannedMs({ scenario }: Cell): number {
  const loadMs = scenario.workload.phases.reduce((sum, { forMs }) => sum + forMs, 0);
  return loadMs * mostPlayed(scenario);
}

/** A search plays its load again and again. */
const mostPlayed = ({ search }: Scenario): number => search?.probes ?? 1;

/** What a cell takes beyond its load on an embedded stack, a process of its own and all; more where servers start. */
const overheadMs = 1000;

/** About what a cell takes, starting and draining included; twice the work to confirm a leak is not. */
export function estimatedMs(cell: Cell): number {
  return plannedMs(cell) + overheadMs * mostPlayed(cell.scenario) + leakSearchMs(cell.scenario);
}

function leakSearchMs({ leaks, workload: { phases } }: Scenario): number {
  if (leaks === undefined) return 0;
  const lasting = (warmup: boolean): number =>
    phases.reduce((sum, phase) => sum + (phase.warmup === warmup ? phase.forMs : 0), 0);
  return leaks.processes * (overheadMs + lasting(true) + Math.min(lasting(false), leaks.forMs));
}
