import type { FaultOrder } from '../chaos/timeline.ts';
import type { GivenAddresses } from '../scenarios/run/provision.ts';
import { reasonAgainst } from '../scenarios/run/unharmable.ts';
import { harmedOf, unfit } from '../scenarios/run/unplayable.ts';
import type { Cell } from '../scenarios/scenario.ts';
import { withoutK6 } from './drivers/k6-of.ts';
import { loadStack } from './modules/load-stack.ts';

/** What of a planned cell its stack cannot do, each with the reason; null: nothing is known against it. */
export interface Doubts {
  readonly cell: string | null;
  fault(order: FaultOrder): string | null;
}

/** Of each cell. Modules are not imported to be planned with: of what they can do nothing is said. `k6`: where that is, if somebody said. */
export async function doubtsOf(
  cells: readonly Cell[],
  given: GivenAddresses,
  k6?: string,
): Promise<ReadonlyMap<Cell, Doubts>> {
  const doubts = new Map<Cell, Doubts>();
  for (const cell of cells) {
    if (cell.stack.modules !== undefined || cell.scenario.target !== undefined) continue;
    const stack = { ...(await loadStack(cell.stack)), given };
    const harmed = harmedOf(cell.scenario, stack);
    doubts.set(cell, {
      cell: unfit(cell.scenario, stack) ?? withoutK6({ cell, ...(k6 !== undefined && { k6 }) }),
      fault: (order) => reasonAgainst(order, harmed),
    });
  }
  return doubts;
}
