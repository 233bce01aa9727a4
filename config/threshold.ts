import { type MetricDefinition, type MetricName, metricTable } from '../reports/metric-table.ts';
import type { Bound } from '../reports/threshold.ts';
import { abortMetrics } from '../scenarios/scenario.ts';
import { didYouMean } from './did-you-mean.ts';
import { invalid, quote } from './invalid.ts';
import { parseLimit, spaced } from './limit.ts';
import { parseDuration } from './units.ts';

/** What a bound is for: a sliding window makes sense only where it can stop a run. */
export type BoundUse = 'pass' | 'healthy' | 'abort';

const operators = ['<', '<=', '>', '>=', '=='] as const;
const aggregatorsOf = {
  histogram: ['avg', 'min', 'max', 'p', 'count', 'rate'],
  number: ['value'],
  count: ['value', 'rate'],
} as const;
/** The sliding windows that a run keeps samples for, and how long it may leave a bound alone. */
const spanBetween = { leastMs: 100, mostMs: 3_600_000 };

/** The part of the measured time and the stack that a rule is about: null is all of them. */
interface Subset {
  readonly phase: string | null;
  readonly stack: string | null;
}

/** `metric`, or with what it is about in braces: `{phase:NAME}`, `{stack:NAME}`, `{phase:NAME,stack:NAME}`. INVALID_CONFIG for a metric that does not exist. */
export function parseThresholdKey(key: string): Subset & { readonly metric: MetricName } {
  const [, metric = key, phase = null, beside = null, stack = beside] =
    /^([^{}]*)\{(?:phase:([^{}]*?)(?:,stack:([^{},]+))?|stack:([^{},]+))\}$/.exec(key) ?? [];
  if (Object.hasOwn(metricTable, metric)) return { metric: metric as MetricName, phase, stack };
  const names = Object.keys(metricTable);
  throw invalid(`unknown metric ${quote(metric)}${didYouMean(metric, names)} (allowed: ${names.join(', ')})`);
}

/** The key that is read as that. */
export function thresholdKey(metric: string, { phase, stack }: Subset): string {
  const parts = [
    ...(phase === null ? [] : [`phase:${phase}`]),
    ...(stack === null ? [] : [`stack:${stack}`]),
  ];
  return parts.length === 0 ? metric : `${metric}{${parts.join(',')}}`;
}

/**
 * `avg < 100ms`, `p(99) < 50ms`, `value >= 95 %`, `value > 100 over 5s`: one bound on `metric`, its limit in the
 * metric's own unit. INVALID_CONFIG says which part is wrong and what is allowed there.
 */
export function parseBound(text: string, metric: MetricName, use: BoundUse = 'pass'): Bound {
  const definition: MetricDefinition = metricTable[metric];
  const [, word, argument, sign = '', rest] =
    /^\s*([A-Za-z]\w*)\s*(?:\(([^()]*)\))?\s*([^\w\s()"'-]+)\s*(\S.*?)\s*$/.exec(text) ?? [];
  if (word === undefined || rest === undefined || text.length > 200) {
    throw invalid(
      `${quote(text)} is not a bound (allowed: AGGREGATOR OPERATOR LIMIT, such as "${exampleFor(definition)}")`,
    );
  }
  const { aggregator, percentile } = parseAggregator(word, argument, metric, definition);
  const operator = parseOperator(sign, text);
  const [, early = rest, afterText] = /^(.*?)\s+after\s+(.*)$/.exec(rest) ?? [];
  const [, limitText = early, overText] = /^(.*?)\s+over\s+(.*)$/.exec(early) ?? [];
  const limit = parseLimit(limitText, aggregator, metric);
  const overMs = overText === undefined ? null : parseSpan('over', overText, use);
  const afterMs = afterText === undefined ? null : parseSpan('after', afterText, use);
  if (use === 'abort') refuseAbort(metric, aggregator, definition);
  const shown = aggregator === 'p' ? `p(${percentile})` : aggregator;
  const over = overText === undefined ? '' : ` over ${spaced(overText)}`;
  const after = afterText === undefined ? '' : ` after ${spaced(afterText)}`;
  return {
    aggregator,
    percentile,
    operator,
    limit,
    overMs,
    ...(afterMs !== null && { afterMs }),
    text: `${shown} ${operator} ${spaced(limitText)}${over}${after}`,
  };
}

/** What of a metric a bound is on, or a table shows. INVALID_CONFIG says what the metric has. */
export function parseAggregator(
  word: string,
  argument: string | undefined,
  metric: MetricName,
  definition: MetricDefinition,
): Pick<Bound, 'aggregator' | 'percentile'> {
  const kind = definition.kind === 'number' && definition.unit === 'count' ? 'count' : definition.kind;
  const known: readonly Bound['aggregator'][] = aggregatorsOf[kind];
  const names = known.map((name) => (name === 'p' ? 'p(N)' : name));
  const aggregator = known.find((name) => name === word);
  if (aggregator === undefined) {
    const percentile = /^p([0-9]{1,2})$/.exec(word)?.[1];
    const meant =
      percentile && kind === 'histogram' ? `; did you mean "p(${percentile})"?` : didYouMean(word, known);
    const what = kind === 'histogram' ? 'a histogram' : 'a single number';
    throw invalid(
      `unknown aggregator "${word}" for ${metric}, which is ${what}${meant} (allowed: ${names.join(', ')})`,
    );
  }
  if (aggregator !== 'p') {
    if (argument !== undefined) throw invalid(`${aggregator}(${argument}): ${aggregator} takes no argument`);
    return { aggregator, percentile: null };
  }
  const percentile = /^[0-9]{1,3}(\.[0-9]{1,6})?$/.test(argument ?? '') ? Number(argument) : Number.NaN;
  if (percentile > 0 && percentile <= 100) return { aggregator, percentile };
  throw invalid(
    `p(${argument ?? ''}): not a percentile (allowed: above 0 up to 100, such as p(99) or p(99.9))`,
  );
}

/** INVALID_CONFIG for a sign that compares nothing. */
export function parseOperator(sign: string, text: string): Bound['operator'] {
  const operator = operators.find((known) => known === sign);
  if (operator !== undefined) return operator;
  throw invalid(`${quote(text)}: unknown operator ${sign} (allowed: ${operators.join(' ')})`);
}

function parseSpan(word: 'over' | 'after', text: string, use: BoundUse): number {
  if (use !== 'abort')
    throw invalid(`${word} is for abort: ${use} is judged over the whole measured time, or one {phase:NAME}`);
  const ms = parseDuration(text);
  if (ms >= spanBetween.leastMs && ms <= spanBetween.mostMs) return ms;
  throw invalid(`${word} ${text}: must be from 100ms to 1h`);
}

function refuseAbort(metric: MetricName, aggregator: Bound['aggregator'], { kind }: MetricDefinition): void {
  if (!(abortMetrics as readonly string[]).includes(metric)) {
    throw invalid(
      `${metric} is not known while a cell runs and cannot abort it (allowed: ${abortMetrics.join(', ')})`,
    );
  }
  const only = kind === 'histogram' ? 'avg' : 'value';
  if (aggregator !== only)
    throw invalid(`${aggregator} of ${metric} is not known while a cell runs (allowed in abort: ${only})`);
}

function exampleFor({ kind, unit }: MetricDefinition): string {
  if (kind === 'histogram') return 'avg < 100ms';
  return `value ${unit === '1/s' || unit === '%' ? '>=' : '<='} 50${unit === '%' ? ' %' : ''}`;
}
