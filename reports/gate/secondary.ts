import { type MetricDefinition, type MetricName, metricTable } from '../metric-table.ts';
import { locationOf, signedRank } from '../signed-rank.ts';
import type { GateFinding } from './findings.ts';
import { falseDiscoveryRates } from './many-tests.ts';
import type { GateCell } from './rounds.ts';
import { type GateRule, usualMargins, worseSign } from './rule.ts';
import { type Sample, sampleOf } from './sample.ts';

/**
 * What is judged by nobody and worse all the same: a NOTE for every other number of a cell that is beyond its warn margin. Of
 * those told, the share that is there by chance is `alpha` at most (Benjamini-Hochberg): with some thirty numbers, asking each
 * to be as sure as a verdict would tell nothing, and asking none to be sure would tell too much.
 */
export function secondaryFindings(
  cells: readonly GateCell[],
  { rules, alpha }: { readonly rules: readonly GateRule[]; readonly alpha: number },
): readonly GateFinding[] {
  const judged = new Set(rules.map(({ metric }) => metric));
  const others = everyRule.filter(({ metric }) => !judged.has(metric));
  const samples = cells
    .flatMap((cell) => others.flatMap((rule) => sampleOf(cell, rule, false)))
    .filter(({ problem, harm }) => problem === null && harm.harms.length > 0);
  const rates = falseDiscoveryRates(
    samples.map(({ harm: { harms, warn } }) => signedRank(harms.map((harm) => harm - warn)).greater),
  );
  return samples.flatMap((sample, at) => ((rates[at] as number) <= alpha ? [findingOf(sample)] : []));
}

function findingOf({ cell, rule: { metric, aggregator, margins }, harm: { harms } }: Sample): GateFinding {
  const ratio = Math.exp((worseSign(metric) ?? 1) * locationOf(harms, 0.5).estimate);
  const detail = `${metric} ${aggregator} is x${ratio.toFixed(3)} of base, beyond ${100 * margins.warn} %; it is none of the numbers that are judged`;
  return { cell, verdict: 'NOTE', detail };
}

/** Every number of which one direction is worse; of a histogram its average alone, or one slow thing would be told twice. */
const everyRule: readonly GateRule[] = Object.entries(metricTable).flatMap(
  ([name, { kind }]: [string, MetricDefinition]): readonly GateRule[] => {
    const metric = name as MetricName;
    const aggregator = kind === 'histogram' ? 'avg' : 'value';
    const rule = { metric, phase: null, aggregator, margins: usualMargins(metric) };
    return worseSign(metric) === null ? [] : [rule];
  },
);
