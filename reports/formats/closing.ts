import { gateOf } from '../gate/of-result.ts';
import type { Verdict } from '../record.ts';
import { cellVerdicts, type ResultSet } from '../result-set.ts';
import { isProbe, judgedVerdicts, withoutProbes } from '../search/of-result.ts';
import { exitCodeOf, type FailOn, verdicts, worst } from '../verdict.ts';
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

/** Of exit codes that say the same of every result. */
const meanings: { readonly [code: number]: string } = {
  1: 'at least one FAIL',
  2: 'no FAIL, but at least one INCONCLUSIVE or nothing to judge',
  3: 'bad usage or configuration',
  4: 'could not run',
  130: 'interrupted',
};

export function closingOf(result: ResultSet, { wallMs, failOn = 'fail', exitCode }: ReportOptions): Closing {
  const given = judgedVerdicts(result);
  const counts = verdicts
    .map((verdict) => [verdict, given.filter((one) => one === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  const { gate } = result.index;
  // Of a gate its answer counts, not what the cells came to by themselves.
  const judged = gate === undefined ? given : [gateOf(gate, result).verdict];
  const code = exitCode ?? exitCodeOf(judged, failOn);
  const meaning = meaningOf(code, judged, failOn, result);
  return {
    // A result that contradicts itself is not believed, whatever its cells say.
    verdict: worst(result.doubts.length > 0 ? [...judged, 'INCONCLUSIVE'] : judged),
    cells: `${playedText(result)}: ${counts.join(', ') || 'none'}`,
    wallTime: wallMs === undefined || wallMs === null ? null : `wall time ${durationText(wallMs)}`,
    exit: `exit ${code}${meaning === undefined ? '' : `: ${meaning}`}`,
  };
}

function meaningOf(
  code: number,
  judged: readonly Verdict[],
  failOn: FailOn,
  result: ResultSet,
): string | undefined {
  if (code === 0) return passedText(result);
  return code === 1 && !judged.includes('FAIL') ? `--fail-on ${failOn}` : meanings[code];
}

/** What could not be asked of a stack was not judged, and a result that passed without it says so. */
function passedText(whole: ResultSet): string {
  const result = withoutProbes(whole);
  const cells = cellVerdicts(result).map((verdict) => verdict === 'UNSUPPORTED');
  const unsupported = cells.filter(Boolean).length;
  const partly = result.records.filter(
    (record, at) => !cells[at] && record?.checks.some(({ verdict }) => verdict === 'UNSUPPORTED'),
  ).length;
  const left = [
    ...(unsupported === 0 ? [] : [`${cellsText(unsupported)} UNSUPPORTED`]),
    ...(partly === 0 ? [] : [`checks of ${cellsText(partly)} UNSUPPORTED`]),
  ];
  return left.length === 0
    ? 'nothing failed and everything was judged'
    : `nothing failed; ${left.join(' and ')}, left out`;
}

/** What was judged: cells, and searches with as many cells as they took. */
function playedText({ index }: ResultSet): string {
  const searches = index.searches?.length ?? 0;
  const probes = index.cells.filter((cell) => isProbe(index, cell)).length;
  const alone = index.cells.length - probes;
  if (searches === 0) return cellsText(alone);
  const told = `${searches} ${searches === 1 ? 'search' : 'searches'} of ${probes} ${probes === 1 ? 'probe' : 'probes'}`;
  return alone === 0 ? told : `${cellsText(alone)} and ${told}`;
}

const cellsText = (count: number): string => `${count} ${count === 1 ? 'cell' : 'cells'}`;
