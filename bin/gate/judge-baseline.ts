import { TestbedError } from '../../core/error.ts';
import { type GateReport, judgeGate } from '../../reports/gate/judge-gate.ts';
import type { GateRule } from '../../reports/gate/rule.ts';
import { readResult } from '../../reports/read-result.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import type { BaselineFacts } from '../history/baseline.ts';
import { factsText } from '../history/list-text.ts';
import { withHistory } from '../history/store.ts';
import { cellsOf, differencesOf, refuseDoubts } from './pair-rounds.ts';

export interface AgainstBaseline {
  readonly name: string;
  readonly store: string;
  /** Results folders; their rounds follow each other. */
  readonly folders: readonly string[];
  readonly rules: readonly GateRule[];
  readonly named: boolean;
  readonly alpha: number;
  /** Also where machine or configuration differ. */
  readonly force: boolean;
}

/** A gate's answer, and what has to be said before it. */
export interface Answer {
  readonly report: GateReport;
  readonly head: readonly string[];
}

/** More differences than this help nobody. */
const shown = 5;

/** Judges results against a baseline. INVALID_CONFIG where they do not compare, unless that is forced: then the answer says so. */
export async function judgeBaseline(asked: AgainstBaseline): Promise<Answer> {
  const { name, store, folders, force, ...design } = asked;
  const results: ResultSet[] = [];
  for (const folder of folders) results.push(await readResult(folder));
  refuseDoubts(results);
  const base = await withHistory(store, { create: false }, (history) => history.latest(name));
  const cells = cellsOf([base.result], results);
  const differences = differencesOf(base, cells);
  if (differences.length > 0 && !force) {
    const more = differences.length > shown ? [`and ${differences.length - shown} more`] : [];
    const told = [...differences.slice(0, shown), ...more].join('; ');
    throw new TestbedError(
      'INVALID_CONFIG',
      `not comparable with ${name}: ${told} (--force judges it all the same)`,
    );
  }
  return { report: judgeGate(cells, design), head: headOf(name, base, folders, differences) };
}

function headOf(
  name: string,
  base: BaselineFacts,
  folders: readonly string[],
  differences: readonly string[],
): readonly string[] {
  return [
    `${folders.join(', ')} against baseline ${name}: ${factsText(base)}`,
    // Nobody may take this for what a gate on one machine says.
    'not played side by side: what else has changed on the machine in the meantime counts as well',
    ...differences.map((difference) => `FORCED: ${difference}`),
  ];
}
