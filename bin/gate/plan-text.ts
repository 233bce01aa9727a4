import { plainTable } from '../../reports/formats/plain-table.ts';
import { roundsNeeded } from '../../reports/gate/decide.ts';
import type { GateRule } from '../../reports/gate/rule.ts';
import { type MetricName, metricTable } from '../../reports/metric-table.ts';

/** What a gate judges and what that takes, before anything is. */
export function rulesText(rules: readonly GateRule[], alpha: number, cells: number): string {
  const percent = (share: number): string => `${Number((100 * share).toPrecision(6))}%`;
  const rows = rules.map(({ metric, aggregator, margins: { fail, warn, floor } }) => [
    metric,
    aggregator,
    percent(warn),
    percent(fail),
    floor > 0 ? `${floor} ${metricTable[metric as MetricName].unit}` : '-',
  ]);
  const needed = roundsNeeded(alpha, rules.length * cells);
  return `${plainTable([['metric', '', 'DEGRADED', 'FAIL', 'floor'], ...rows])}\n\nat least ${needed} rounds of each cell\n`;
}
