import type { GateReport, GateRow } from '../gate/judge-gate.ts';
import type { MetricName } from '../metric-table.ts';
import { metricTable } from '../metric-table.ts';
import { painter } from './colour.ts';
import { numberText, plainText, unmeasured } from './number-text.ts';
import { plainTable } from './plain-table.ts';

/** A gate's answer for a person: every row with its ratio, interval, rounds and what could have been seen. */
export function gateText(report: GateReport, head: readonly string[], colour = false): string {
  const paint = painter(colour);
  const cells = [...new Set([...report.rows, ...report.findings].map(({ cell }) => cell))];
  const blocks = cells.map((cell) => {
    const rows = report.rows.filter((row) => row.cell === cell);
    const findings = report.findings.filter((finding) => finding.cell === cell);
    // The verdict is last in its row, so that its colour widens no column.
    const table = [gateHeads, ...rows.map((row) => [...rowTexts(row), paint(row.verdict)])];
    const reasons = rows.flatMap(({ metric, aggregator, reason }) =>
      reason === null ? [] : [`${metric} ${aggregator}: ${reason}`],
    );
    const found = findings.map(({ verdict, detail }) => `${paint(verdict)} ${detail}`);
    return [plainText(cell), ...(rows.length > 0 ? [plainTable(table)] : []), ...reasons, ...found].join(
      '\n',
    );
  });
  const nothing = report.rows.length === 0 ? ['nothing was measured on both sides that could be judged'] : [];
  return `${[head.map(plainText).join('\n'), ...blocks, ...nothing, `gate: ${paint(report.verdict)}`].join('\n\n')}\n`;
}

/** What `rowTexts` says, column by column, and the verdict after it. */
export const gateHeads = [
  'metric',
  '',
  'base',
  'head',
  'ratio',
  'interval',
  'n',
  'finds',
  'margins',
  'verdict',
];

export function rowTexts(row: GateRow): readonly string[] {
  const { unit } = metricTable[row.metric as MetricName];
  const number = (value: number | null): string => (value === null ? unmeasured : numberText(value, unit));
  const ratio = (value: number | null): string => (value === null ? unmeasured : `x${value.toFixed(3)}`);
  const { fail, warn, floor } = row.margins;
  const limits = `${percent(fail)}/${percent(warn)}${floor > 0 ? `, ${floor} ${unit}` : ''}`;
  const interval =
    row.low === null && row.high === null ? unmeasured : `${ratio(row.low)}..${ratio(row.high)}`;
  return [
    row.metric,
    row.aggregator,
    number(row.base),
    number(row.head),
    ratio(row.ratio),
    interval,
    `${row.rounds}`,
    ratio(row.detectable),
    limits,
  ];
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(6))}%`;
