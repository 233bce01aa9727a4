import { type MetricDefinition, type MetricName, metricTable } from '../metric-table.ts';
import type { Subject } from '../record.ts';

/** How much worse is too much. */
export interface Margins {
  /** As shares, 0.1 for 10 %: beyond `fail` FAIL, beyond `warn` DEGRADED. Below 0 a goal: so much better it has to be. */
  readonly fail: number;
  readonly warn: number;
  /** What is less than this, in the metric's own unit, matters to nobody, however large a share it is. */
  readonly floor: number;
}

/** One number that a gate judges. */
export interface GateRule extends Subject {
  readonly margins: Margins;
}

/** What a gate is asked to judge. */
export interface GateOrder {
  /** Empty: the usual numbers. */
  readonly primary: readonly GateRule[];
  readonly margin: readonly MarginOrder[];
}

/** How much worse is too much, of one metric or (null) of all. */
export interface MarginOrder {
  readonly metric: MetricName | null;
  readonly parts: Partial<Margins>;
}

/** The numbers that a gate judges unless told; at most five, since each makes it harder to be sure of any. */
const usual: readonly (readonly [metric: MetricName, aggregator: string])[] = [
  ['event_delivery_ms', 'avg'],
  ['event_delivery_ms', 'p(99)'],
  ['publish_ms', 'avg'],
  ['spawn_ms', 'avg'],
  ['events_per_s', 'value'],
];
export const mostPrimaries = 5;

/** A millisecond is what clocks and event loops are uncertain by. */
const floors: { readonly [unit in MetricDefinition['unit']]?: number } = { ms: 1, MB: 1 };

export function usualMargins(metric: MetricName): Margins {
  return { fail: 0.1, warn: 0.03, floor: floors[metricTable[metric].unit] ?? 0 };
}

export const usualRules: readonly GateRule[] = usual.map(([metric, aggregator]) => ({
  metric,
  phase: null,
  aggregator,
  margins: usualMargins(metric),
}));

/** 1 where more is worse, -1 where less is; null for a number of which neither is. */
export function worseSign(metric: string): 1 | -1 | null {
  const { better = null } = Object.hasOwn(metricTable, metric) ? metricTable[metric as MetricName] : {};
  return better === null ? null : better === 'lower' ? 1 : -1;
}
