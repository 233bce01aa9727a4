import type { ResultSet } from '../result-set.ts';
import { painter } from './colour.ts';
import { type Heading, type Line, layColumns } from './columns.ts';
import { foldText } from './fold.ts';
import { type Gain, type GainGroup, type GainTable, gainFindings, gainsOf } from './gains.ts';
import { inert, listText, tableText } from './markdown-text.ts';
import { numberText, plainText, unmeasured } from './number-text.ts';
import { aggregatorText } from './row-text.ts';

const headings = ['before', 'after', 'gain', 'expected', 'came true'] as const;

/** The table of what was expected and what was measured; empty for a result that has not all of it. */
export function gainsText(result: ResultSet, table: GainTable, width: number): string {
  const groups = gainsOf(result, table);
  if (groups === null) return '';
  const columns = headings.map((heading): Heading => ({ lines: [heading], companion: false }));
  const lines = groups.flatMap((group) => groupLines(group, width));
  const title = foldText(plainText(table.title), width, 0).join('\n');
  const body = layColumns(columns, lines, width, painter(false), '');
  const findings = gainFindings(groups).flatMap((finding) => foldText(plainText(finding), width, 2));
  return `${title}\n\n${body}\n${findings.join('\n')}\n`;
}

function groupLines({ title, expected, rows }: GainGroup, width: number): readonly Line[] {
  const head = expected === null ? title : `${title}: ${expected}`;
  return [
    ...foldText(head, width, 2).map((label) => bare(label)),
    ...rows.flatMap((row) => {
      if ('notMeasured' in row) {
        const text = `  ${row.name} - not measured: ${row.notMeasured}`;
        return foldText(text.trimStart(), width - 2, 2).map((label) => bare(`  ${label}`));
      }
      return gainLines(row);
    }),
  ];
}

function gainLines(gain: Gain): readonly Line[] {
  const plain = (values: readonly string[]): Line['cells'] =>
    values.map((value) => ({ value, verdict: null }));
  const own = gain.expected?.text ?? '';
  const values = [numberOf(gain, gain.before), numberOf(gain, gain.after), gainText(gain), own, gain.outcome];
  return [
    { ...bare(`  ${gain.name}`), cells: plain(values) },
    { ...bare(`    ${metricText(gain)}`), cells: plain(['', '', spreadText(gain), '', '']) },
  ];
}

const bare = (label: string): Line => ({ group: '', label, aggregator: '', threshold: '', cells: [] });

function numberOf({ metric }: Gain, value: number | null): string {
  return value === null ? unmeasured : numberText(value, metric.endsWith('_pct') ? '%' : '');
}

function metricText({ metric, aggregator }: Gain): string {
  return `${metric} ${aggregatorText(aggregator)}`.trim();
}

function gainText({ gain }: Gain): string {
  return gain === null ? unmeasured : `x${numberText(gain.median, 'ratio')}`;
}

/** How far the pairs lie apart, and how many they are; nothing of a single one. */
function spreadText({ gain, pairs }: Gain): string {
  if (gain === null || pairs < 2) return '';
  const [min, max] = [numberText(gain.min, 'ratio'), numberText(gain.max, 'ratio')];
  return min === max ? '' : `${min}..${max}`;
}

/** The same for a summary. */
export function gainsMarkdown(result: ResultSet, table: GainTable): readonly string[] {
  const groups = gainsOf(result, table);
  if (groups === null) return [];
  const rows = groups.flatMap((group) =>
    group.rows.map((row) =>
      'notMeasured' in row
        ? [inert(group.title), inert(row.name), '', '', '', '', '', inert(`not measured: ${row.notMeasured}`)]
        : [
            inert(group.title),
            inert(row.name),
            inert(metricText(row)),
            numberOf(row, row.before),
            numberOf(row, row.after),
            `${gainText(row)} ${spreadText(row)}`.trim(),
            inert(row.expected?.text ?? ''),
            row.outcome,
          ],
    ),
  );
  return [
    `## ${inert(table.title)}\n`,
    tableText(['', 'change', 'metric', ...headings], rows),
    listText(gainFindings(groups).map(inert)),
  ];
}
