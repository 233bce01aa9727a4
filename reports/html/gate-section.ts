import { designLines } from '../formats/gate.ts';
import { gateHeads, rowTexts } from '../formats/gate-text.ts';
import type { GateReport, GateRow } from '../gate/judge-gate.ts';
import { gateOf } from '../gate/of-result.ts';
import { drawPlot } from '../plots/draw-plot.ts';
import type { Plot } from '../plots/plot.ts';
import { linearScale } from '../plots/scale.ts';
import { element, escaped, joined, type Markup, markup } from '../plots/svg.ts';
import type { ResultSet } from '../result-set.ts';
import { badge } from './badge.ts';
import { cell, listOf, tableOf } from './parts.ts';

/** The answer of a gate: what was held against what, every row with its interval and what could have been seen. */
export function gateSections(result: ResultSet): readonly Markup[] {
  const { index } = result;
  if (index.gate === undefined) return [];
  const report = gateOf(index.gate, result);
  const cells = [...new Set([...report.rows, ...report.findings].map((each) => each.cell))];
  return [
    element(
      'section',
      {},
      element('h2', {}, markup('Gate: '), badge(report.verdict)),
      designLines(index, index.gate).map((line) => element('p', { class: 'facts' }, escaped(line))),
      cells.map((name) => cellOf(name, report)),
    ),
  ];
}

function cellOf(name: string, report: GateReport): Markup {
  const rows = report.rows.filter((row) => row.cell === name);
  const plot = ratiosOf(name, rows);
  const remarks = [
    ...rows.flatMap(({ metric, aggregator, verdict, reason }) =>
      reason === null ? [] : [joined([badge(verdict), escaped(` ${metric} ${aggregator}: ${reason}`)])],
    ),
    ...report.findings
      .filter((finding) => finding.cell === name)
      .map(({ verdict, detail }) => joined([badge(verdict), escaped(` ${detail}`)])),
  ];
  const table = rows.map((row) => [...rowTexts(row).map(cell), { content: badge(row.verdict) }]);
  return joined([
    element('h3', {}, escaped(name)),
    ...(rows.length === 0 ? [] : [tableOf(`Head against base: ${name}`, gateHeads, table)]),
    ...(remarks.length === 0 ? [] : [listOf(remarks)]),
    ...(plot === null ? [] : [element('figure', {}, drawPlot(plot))]),
  ]);
}

/** Every row's ratio with its interval, around 1, where nothing has changed; an open end reaches to the edge. */
function ratiosOf(name: string, rows: readonly GateRow[]): Plot | null {
  const known = rows.flatMap(({ metric, aggregator, ratio, low, high }) =>
    ratio === null
      ? []
      : [{ text: `${metric} ${aggregator}`, ratio, low: low ?? 0, high: high ?? ratio * 2 }],
  );
  if (known.length === 0) return null;
  const most = Math.max(...known.map(({ high }) => high), 1);
  return {
    title: `${name}: head as a multiple of base`,
    x: {
      label: '',
      scale: {
        place: (value) => value / known.length,
        ticks: known.map(({ text }, at) => ({ at: at + 0.5, text: text.slice(0, 24) })),
      },
    },
    y: { label: 'ratio', scale: linearScale(0, most) },
    marks: [
      {
        kind: 'intervals',
        name: 'ratio and its interval',
        points: known.map(({ ratio, low, high }, at) => ({ x: at + 0.5, y: ratio, low, high })),
      },
    ],
    limits: [{ at: 1, text: 'no change' }],
  };
}
