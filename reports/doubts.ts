import type { Step } from './json-position.ts';
import { rejudge } from './judge.ts';
import type {
  IndexCell,
  Metric,
  ResultIndex,
  RunRecord,
  StoredHistogram,
  ThresholdResult,
} from './record.ts';
import { verdictOf, worst } from './verdict.ts';

/** What a schema cannot say: the first thing in a record that no measurement can have produced. */
export function impossibility(
  record: RunRecord,
): { readonly steps: readonly Step[]; readonly message: string } | null {
  for (const [name, metric] of Object.entries(record.metrics)) {
    if ('value' in metric) continue;
    const { min, p50, p90, p95, p99, p999, max } = metric;
    const ascending = [min, p50, p90, p95, p99, p999, max].filter((value) => value !== undefined);
    if (!isAscending(ascending) || !isAscending([min, metric.avg, max])) {
      const message = 'min, percentiles and max are not in ascending order, or avg is outside them';
      return { steps: ['metrics', name], message };
    }
  }
  for (const [name, histogram] of Object.entries(record.histograms)) {
    const message = histogramFlaw(histogram, record.metrics[name]);
    if (message !== null) return { steps: ['histograms', name], message };
  }
  const backwards = record.phases.findIndex(({ fromMs, toMs }) => toMs < fromMs);
  return backwards < 0 ? null : { steps: ['phases', backwards], message: 'ends before it begins' };
}

function histogramFlaw({ buckets, count, sum }: StoredHistogram, metric: Metric | undefined): string | null {
  const held = buckets.reduce((total, [, , samples]) => total + samples, 0);
  if (held !== count) return `its buckets hold ${held} samples, its count says ${count}`;
  if (metric !== undefined && 'count' in metric) {
    if (metric.count !== count) return `it has ${count} samples, the metric of that name ${metric.count}`;
    const avg = sum / count;
    if (!isAscending([avg, metric.avg, avg])) return `its average is ${avg}, the metric says ${metric.avg}`;
  }
  const ascending = buckets.every(
    ([lower, upper], index) => lower <= upper && (buckets[index - 1]?.[1] ?? lower) <= lower,
  );
  return ascending ? null : 'its buckets are not in ascending order';
}

/** Histograms know a value to about one in a thousand; their edges may pass each other by that much. */
const slack = 0.01;

function isAscending(values: readonly number[]): boolean {
  return values.every((value, index) => {
    const before = values[index - 1] ?? value;
    return before <= value + slack * Math.max(Math.abs(before), Math.abs(value));
  });
}

/** Where a record does not follow from its own content, or is not the one that the index means. */
export function recordDoubts(cell: IndexCell, record: RunRecord): readonly string[] {
  const where = `${cell.record}: `;
  const doubts: string[] = [];
  for (const field of ['scenario', 'stack', 'iteration', 'seed'] as const) {
    if (record[field] !== cell[field]) {
      doubts.push(`${where}${field} is ${record[field]}, the index says ${cell[field]}`);
    }
  }
  const [own, listed] = [record.parameters, cell.parameters ?? {}].map((values) => JSON.stringify(values));
  if (own !== listed) doubts.push(`${where}parameters are ${own}, the index says ${listed}`);
  if (record.verdict !== cell.verdict) {
    doubts.push(`${where}verdict is ${record.verdict}, the index says ${cell.verdict}`);
  }
  const following = verdictOf(record);
  if (record.verdict !== following && record.verdict !== 'UNSUPPORTED') {
    doubts.push(`${where}verdict is ${record.verdict}, its own results make it ${following}`);
  }
  return [...doubts, ...thresholdDoubts(where, record)];
}

function thresholdDoubts(where: string, record: RunRecord): string[] {
  const again = rejudge(record).thresholds;
  if (again.length !== record.thresholds.length) {
    return [
      `${where}${record.rules.length} rules give ${again.length} results, it lists ${record.thresholds.length}`,
    ];
  }
  return record.thresholds.flatMap((result, index) => {
    const expected = again[index];
    if (expected !== undefined && isSameResult(result, expected)) return [];
    const shown = (one: ThresholdResult | undefined): string =>
      `${one?.verdict} (${one?.observed ?? 'not measured'})`;
    return [
      `${where}${result.metric} ${result.rule} is listed as ${shown(result)}, judged again it is ${shown(expected)}`,
    ];
  });
}

/** A rate divides by the measured time, which a record knows only by its phases: that much may differ. */
function isSameResult(left: ThresholdResult, right: ThresholdResult): boolean {
  const near =
    left.observed === null || right.observed === null
      ? left.observed === right.observed
      : isAscending([left.observed, right.observed, left.observed]);
  return near && left.metric === right.metric && left.rule === right.rule && left.verdict === right.verdict;
}

/** Where the index makes its cells better than they are (it may well be worse: cells that were never played), or lacks some. */
export function indexDoubts({ verdict, cells, reference }: ResultIndex): readonly string[] {
  const following = worst(cells.map((cell) => cell.verdict));
  const unheld = cells.filter(
    (cell) => cell.record === null && cell.verdict !== 'INCONCLUSIVE' && cell.verdict !== 'UNSUPPORTED',
  );
  return [
    ...unheld.map(
      ({ scenario, stack, verdict: said }) =>
        `index.json: ${scenario} on ${stack} is ${said} and left no record`,
    ),
    ...(worst([verdict, following]) === verdict
      ? []
      : [`index.json: verdict is ${verdict}, its cells make it ${following}`]),
    ...(reference === undefined || cells.some(({ stack }) => stack === reference)
      ? []
      : [`index.json: no cell is of ${reference}, the reference`]),
  ];
}
