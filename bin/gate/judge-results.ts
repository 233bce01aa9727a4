import { TestbedError } from '../../core/error.ts';
import { type GateDesign, type GateReport, judgeGate } from '../../reports/gate/judge-gate.ts';
import { readResult } from '../../reports/read-result.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { type Baseline, baselineOf } from '../history/baseline.ts';
import { factsText } from '../history/list-text.ts';
import { withHistory } from '../history/store.ts';
import { cellsOf, differencesOf, refuseDoubts } from './pair-rounds.ts';

interface Asked extends GateDesign {
  /** Their rounds follow each other. */
  readonly results: readonly ResultSet[];
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
export async function judgeBaseline(
  asked: Asked & { readonly name: string; readonly store: string },
): Promise<Answer> {
  const { name, store } = asked;
  const base = await withHistory(store, { create: false }, (history) => history.latest(name));
  return judge(base, `baseline ${name}: ${factsText(base)}`, asked);
}

/** Judges results against another, whose folder is `base`; as `judgeBaseline`. */
export async function judgeResults(asked: Asked & { readonly base: string }): Promise<Answer> {
  const result = await readResult(asked.base);
  const base = baselineOf(result, { name: 'base', savedAt: result.index.startedAt, branch: null });
  return judge(base, asked.base, asked);
}

function judge(base: Baseline, title: string, { results, force, ...design }: Asked): Answer {
  refuseDoubts(results);
  const cells = cellsOf([base.result], results);
  const differences = differencesOf(base, cells);
  if (differences.length > 0 && !force) {
    const more = differences.length > shown ? [`and ${differences.length - shown} more`] : [];
    const told = [...differences.slice(0, shown), ...more].join('; ');
    throw new TestbedError('INVALID_CONFIG', `not comparable: ${told} (--force judges it all the same)`);
  }
  const head = [
    `${results.map(({ directory }) => directory).join(', ')} against ${title}`,
    // Nobody may take this for what a gate on one machine says.
    'not played side by side: what else has changed on the machine in the meantime counts as well',
    ...differences.map((difference) => `FORCED: ${difference}`),
  ];
  return { report: judgeGate(cells, design), head };
}
