import { atValue } from '../../config/vary.ts';
import { nextValue } from '../../reports/search/next-value.ts';
import { probeOf, type SeenProbe } from '../../reports/search/seen-probe.ts';
import type { Cell, Search } from '../../scenarios/scenario.ts';
import { readRecordOf } from '../read-record.ts';
import type { FinishedCell } from '../run-cells.ts';

export interface PlaySearch {
  /** The results folder. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Plays a cell, or takes it as it was played before. */
  readonly play: (probe: Cell) => Promise<FinishedCell>;
}

/**
 * Plays probe after probe until the answer is known. A stack that cannot be played at all is not asked twice. What is
 * played next follows from what came before, so a search that goes on in the folder of an earlier one finds its probes there.
 */
export async function playSearch(
  cell: Cell,
  { directory, signal, play }: PlaySearch,
): Promise<readonly FinishedCell[]> {
  const search = cell.scenario.search as Search;
  const done: FinishedCell[] = [];
  const probes: SeenProbe[] = [];
  for (;;) {
    const value = signal.aborted ? null : nextValue(search, probes);
    if (value === null) return done;
    const times = probes.filter((probe) => probe.value === value).length;
    const finished = await play(probeCell(cell, search, value, times));
    done.push(finished);
    if (finished.couldNotRun || finished.index.verdict === 'UNSUPPORTED') return done;
    probes.push(probeOf(search, value, finished.index, await readRecordOf(finished, directory)));
  }
}

/** The cell of one value: each time that it is played it has another seed. */
function probeCell(cell: Cell, { vary, perAgent }: Search, value: number, times: number): Cell {
  const { search: _, ...scenario } = atValue(cell.scenario, vary, value, perAgent);
  return {
    ...cell,
    scenario: { ...scenario, endsOnceLost: true },
    iteration: cell.iteration + times,
    seed: cell.seed + times,
  };
}
