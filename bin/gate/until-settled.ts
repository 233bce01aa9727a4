import { gateCells, gateOf } from '../../reports/gate/of-result.ts';
import { isSetAside, mostSetAside } from '../../reports/gate/rounds.ts';
import type { GatePlan, RunRecord } from '../../reports/record.ts';
import { readRecordOf } from '../read-record.ts';
import type { FinishedCell, RunCellsOptions } from '../run-cells.ts';

/**
 * How many rounds are drawn, so that the last look has all it asks for although some are set aside: as many more as may be.
 * When more are set aside than that, the answer is INCONCLUSIVE whatever the others say.
 */
export function roundsDrawn(looks: readonly number[]): number {
  return Math.floor((looks.at(-1) as number) / (1 - mostSetAside));
}

/**
 * Ends the run at the first look that knows the answer, and at the last one in any case. A round that the machine has
 * disturbed is no round of a look: another is played in its place.
 */
export function untilSettled(plan: GatePlan, cellsPerRound: number): NonNullable<RunCellsOptions['enough']> {
  const records = new Map<FinishedCell, RunRecord | null>();
  let looked = 0;
  return async (done, directory) => {
    if (done.length === 0 || done.length % cellsPerRound !== 0) return false;
    for (const cell of done) if (!records.has(cell)) records.set(cell, await readRecordOf(cell, directory));
    const result = {
      index: { cells: done.map(({ index }) => index) },
      records: done.map((cell) => records.get(cell) ?? null),
    };
    const cells = gateCells(result.index.cells, result.records);
    const whole = Math.min(...cells.map(({ rounds }) => rounds.filter((round) => !isSetAside(round)).length));
    if (whole <= looked || !plan.looks.includes(whole)) return false;
    looked = whole;
    return whole === plan.looks.at(-1) || gateOf(plan, result).settled;
  };
}
