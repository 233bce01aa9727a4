import { gateOf } from '../gate/of-result.ts';
import type { Verdict } from '../record.ts';
import { cellVerdicts, type ResultSet } from '../result-set.ts';
import { exitCodeOf, verdicts, worst } from '../verdict.ts';
import { durationText } from './number-text.ts';
import type { ReportOptions } from './reporter.ts';

/** What a whole result comes to. */
export interface Closing {
  readonly verdict: Verdict;
  /** `12 cells: 9 PASS, 2 DEGRADED, 1 INCONCLUSIVE` */
  readonly cells: string;
  /** `wall time 75 s`, or null where nobody measured it. */
  readonly wallTime: string | null;
  /** `exit 2: no FAIL, but not everything could be judged` */
  readonly exit: string;
}

const meanings: { readonly [code: number]: string } = {
  0: 'nothing failed and everything was judged',
  1: 'at least one FAIL',
  2: 'no FAIL, but at least one INCONCLUSIVE or nothing to judge',
  3: 'bad usage or configuration',
  4: 'could not run',
  130: 'interrupted',
};

export function closingOf(result: ResultSet, { wallMs, failOn = 'fail', exitCode }: ReportOptions): Closing {
  const given = cellVerdicts(result);
  const counts = verdicts
    .map((verdict) => [verdict, given.filter((one) => one === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  const { gate } = result.index;
  // Of a gate its answer counts, not what the cells came to by themselves.
  const judged = gate === undefined ? given : [gateOf(gate, result).verdict];
  const code = exitCode ?? exitCodeOf(judged, failOn);
  const meaning = code === 1 && !judged.includes('FAIL') ? `--fail-on ${failOn}` : meanings[code];
  return {
    // A result that contradicts itself is not believed, whatever its cells say.
    verdict: worst(result.doubts.length > 0 ? [...judged, 'INCONCLUSIVE'] : judged),
    cells: `${given.length} ${given.length === 1 ? 'cell' : 'cells'}: ${counts.join(', ') || 'none'}`,
    wallTime: wallMs === undefined || wallMs === null ? null : `wall time ${durationText(wallMs)}`,
    exit: `exit ${code}${meaning === undefined ? '' : `: ${meaning}`}`,
  };
}
