import type { GateReport, GateRow } from '../gate/judge-gate.ts';
import { gateOf } from '../gate/of-result.ts';
import { type MetricName, metricTable } from '../metric-table.ts';
import type { IndexCell, RunRecord, ThresholdResult, Verdict } from '../record.ts';
import { cellVerdict, type ResultSet } from '../result-set.ts';
import { type Searched, searchesOf, withoutProbes } from '../search/of-result.ts';
import { verdictWithin, worst } from '../verdict.ts';
import { numberText, withUnit } from './number-text.ts';

/** One thing that was judged, as a build server lists it. */
export interface Judgement {
  /** `spawn_ms avg < 500 ms`, `check no-lost-acked`, `generator`. */
  readonly name: string;
  readonly verdict: Verdict;
  /** What was seen, or why it could not be judged; may have several lines. */
  readonly detail: string;
}

/** What was judged of one cell, or of one cell of a gate. */
export interface JudgedCell {
  readonly title: string;
  readonly scenario: string;
  /** Null where there is no one record of it. */
  readonly record: RunRecord | null;
  readonly judgements: readonly Judgement[];
}

/** Everything that a result's verdict follows from; of a gate its answer, whatever its cells came to by themselves. */
export function judgedCells(result: ResultSet): readonly JudgedCell[] {
  const { doubts, directory } = result;
  const { gate } = result.index;
  const cells = gate === undefined ? judgedAlone(result) : judgedGate(gateOf(gate, result));
  if (doubts.length === 0) return cells;
  const judgements = doubts.map((detail): Judgement => ({ name: 'doubt', verdict: 'INCONCLUSIVE', detail }));
  return [...cells, { title: directory, scenario: '', record: null, judgements }];
}

/** Cells each for itself, and of a search its answer in place of its probes. */
function judgedAlone(result: ResultSet): readonly JudgedCell[] {
  const { index, records } = withoutProbes(result);
  const alone = index.cells.map((cell, at) => judgedCell(cell, records[at] ?? null));
  return [...alone, ...searchesOf(result).map(judgedSearch)];
}

function judgedSearch({ search, answer }: Searched): JudgedCell {
  const { scenario, parameters = {}, stack, vary } = search;
  const { verdict, limit, breaksAt, reasons } = answer;
  const detail = [`holds at ${limit ?? 'no value'}, breaks at ${breaksAt ?? 'none'}`, ...reasons].join('; ');
  const judgements = [{ name: `search of ${vary}`, verdict, detail }];
  return { title: titleOf(scenario, parameters, stack), scenario, record: null, judgements };
}

/** The answer of a gate, each row one judgement. */
export function judgedGate({ rows, findings, verdict: whole }: GateReport): readonly JudgedCell[] {
  const titles = [...new Set([...rows, ...findings].map(({ cell }) => cell))];
  const cells = titles.map((title) => ({
    title,
    scenario: title.split(' ')[0] ?? title,
    record: null,
    judgements: [
      ...rows.filter(({ cell }) => cell === title).map(ofGateRow),
      ...findings
        .filter(({ cell }) => cell === title)
        .flatMap(({ verdict, detail }) => (verdict === 'NOTE' ? [] : [{ name: 'finding', verdict, detail }])),
    ],
  }));
  const judged = cells.flatMap(({ judgements }) => judgements);
  const rest = wholeOf(judged, whole, 'nothing was measured on both sides that could be judged');
  return rest.length === 0
    ? cells
    : [...cells, { title: 'gate', scenario: '', record: null, judgements: rest }];
}

/** What no part accounts for is said of the whole: an end before its time, nothing to judge, no record. */
function wholeOf(parts: readonly Judgement[], verdict: Verdict, detail: string): readonly Judgement[] {
  const isTold = parts.length > 0 && worst(parts.map((each) => each.verdict)) === verdict;
  return isTold ? [] : [{ name: 'verdict', verdict, detail }];
}

function judgedCell(cell: IndexCell, record: RunRecord | null): JudgedCell {
  const { scenario, parameters = {}, stack, iteration, reason = 'it left no record' } = cell;
  const title = `${titleOf(scenario, parameters, stack)}${iteration > 1 ? ` #${iteration}` : ''}`;
  const verdict = cellVerdict(cell, record);
  const own = record === null ? [] : ofRecord(record);
  const whole = wholeOf(own, verdict, record === null ? reason : 'of the cell as a whole');
  return { title, scenario, record, judgements: [...own, ...whole] };
}

function titleOf(scenario: string, parameters: RunRecord['parameters'], stack: string): string {
  const values = Object.entries(parameters).map(([field, value]) => `${field}=${value}`);
  return [scenario, ...values, 'on', stack].join(' ');
}

function ofRecord(record: RunRecord): readonly Judgement[] {
  const { thresholds, checks, findings } = record;
  return [
    ...thresholds.map((one) => ofThreshold(one, record)),
    ...checks.map(({ check, verdict, detail, evidence }) => ({
      name: `check ${check}`,
      verdict,
      detail: [detail, ...evidence].join('\n'),
    })),
    ...findings.flatMap(({ about, verdict, detail }) =>
      verdict === 'NOTE' ? [] : [{ name: about, verdict, detail }],
    ),
  ];
}

function ofThreshold(one: ThresholdResult, record: RunRecord): Judgement {
  const { metric, phase, rule, healthy, observed, reason } = one;
  const verdict = verdictWithin(record, one.verdict);
  const unit = Object.hasOwn(metricTable, metric) ? metricTable[metric as MetricName].unit : '';
  const seen = observed === null ? 'not measured' : `was ${withUnit(numberText(observed, unit), unit)}`;
  const doubted = verdict === one.verdict ? [] : ['the cell doubts its own numbers'];
  const limit = healthy === null || healthy === rule ? [] : [`healthy is ${healthy}`];
  return {
    name: `${metric}${phase === null ? '' : ` in ${phase}`} ${rule}`,
    verdict,
    detail: [seen, ...limit, ...(reason === null ? [] : [reason]), ...doubted].join('; '),
  };
}

function ofGateRow({
  metric,
  aggregator,
  verdict,
  ratio,
  low,
  high,
  rounds,
  margins,
  reason,
}: GateRow): Judgement {
  const times = (value: number | null): string => (value === null ? '-' : `x${value.toFixed(3)}`);
  const seen = `head is ${times(ratio)} of base [${times(low)}, ${times(high)}] in ${rounds} rounds`;
  const limits = `fails past ${Number((margins.fail * 100).toPrecision(6))} %`;
  return {
    name: aggregator === 'value' ? metric : `${metric} ${aggregator}`,
    verdict,
    detail: [seen, limits, ...(reason === null ? [] : [reason])].join('; '),
  };
}
