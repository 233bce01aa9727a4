import { createRandom } from '../../core/random.ts';
import type { Cell, LeakSearch, Phase } from '../../scenarios/scenario.ts';

/** Looks at the memory of a process that does the work once; twice as many at one that does it twice. */
const legs = 4;
/** Processes do more and less than the work by as much, so that what grows in steps does not take them all in the same legs. */
const spread = 0.1;

/**
 * The cell as the process numbered `index` of a search plays it: its load without its faults, the orchestrator in the
 * process that is looked at, `times` the work in as many times the legs, with a seed of its own.
 */
export function probeCell(cell: Cell, search: LeakSearch, times: 1 | 2, index: number): Cell {
  const { faults: _, random: __, leaks: ___, nodes: ____, ...scenario } = cell.scenario;
  const { phases } = scenario.workload;
  const measuredMs = phases.reduce((sum, { warmup, forMs }) => sum + (warmup ? 0 : forMs), 0);
  const share = 1 - spread + (2 * spread * index) / (search.processes - 1);
  const forMs = (share * Math.min(measuredMs, search.forMs)) / legs;
  const played = Array.from(
    { length: legs * times },
    (_, at): Phase => ({ name: `leg ${at + 1}`, forMs, warmup: false, rateFrom: 1, rateTo: 1 }),
  );
  const workload = { ...scenario.workload, phases: [...phases.filter(({ warmup }) => warmup), ...played] };
  const seed = createRandom(cell.seed).fork(`memory ${times} ${index}`).integer(0, 0x7fff_ffff);
  return { ...cell, seed, scenario: { ...scenario, workload } };
}
