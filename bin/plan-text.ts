import { plannedMs } from '../scenarios/run/plan-cells.ts';
import type { Cell } from '../scenarios/scenario.ts';

/** A cell in a log or a progress line. */
export function nameOf({ scenario, stack, iteration }: Cell): string {
  return `${scenario.name} on ${stack.name}${iteration > 1 ? ` #${iteration}` : ''}`;
}

/** What `--plan` prints: the cells in their order, and how long their load takes. */
export function describePlan(cells: readonly Cell[], seed: number): string {
  const total = cells.reduce((sum, cell) => sum + plannedMs(cell), 0);
  const lines = cells.map((cell) => {
    const { scenario, stack, iteration } = cell;
    const phases = scenario.workload.phases.map(({ name, forMs }) => `${name} ${forMs / 1000} s`).join(', ');
    return `${scenario.name.padEnd(16)} ${stack.name.padEnd(18)} #${iteration}   seed ${cell.seed}   ${phases}`;
  });
  const counted = `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}`;
  const seconds = Math.ceil(total / 1000);
  return `seed ${seed}, ${counted}, ${seconds} s of load without starting and draining\n${lines.join('\n')}\n`;
}
