import { type MetricDefinition, metricTable, samplesNeeded } from '../../reports/metric-table.ts';
import { checkTable } from '../../scenarios/checks/table.ts';

/** The parts of docs/measuring.md that are written from the code, by the name in their markers. */
export const sections: { readonly [name: string]: () => string } = {
  metrics: metricRows,
  samples: sampleRows,
  checks: checkRows,
};

/** The page with its generated parts as the code has them now. Throws when a marker is missing. */
export function withSections(page: string): string {
  return Object.entries(sections).reduce((text, [name, rows]) => {
    const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- ${name}: end -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/measuring.md has no place for ${name}`);
    return `${text.slice(0, from)}${begin}\n${rows()}${text.slice(to)}`;
  }, page);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function metricRows(): string {
  const rows = Object.entries(metricTable).map(([name, { kind, unit, better, what }]: Row) => [
    `\`${name}\``,
    kind === 'histogram' ? `${unit}, histogram` : unit,
    better ?? '',
    what,
  ]);
  return table(['metric', 'unit', 'better', 'what'], rows);
}

type Row = [name: string, definition: MetricDefinition];

function sampleRows(): string {
  const asked: readonly (readonly [name: string, aggregator: string, percentile: number | null])[] = [
    ['min, max, count, rate', 'min', null],
    ['avg', 'avg', null],
    ...[50, 75, 90, 95, 99, 99.9].map((percentile) => [`p(${percentile})`, 'p', percentile] as const),
  ];
  const rows = asked.map(([name, aggregator, percentile]) => [
    name,
    samplesNeeded(aggregator, percentile).toLocaleString('en'),
  ]);
  return table(['aggregator', 'samples needed'], rows);
}

function checkRows(): string {
  const rows = Object.entries(checkTable).map(([name, { what }]) => [`\`${name}\``, what]);
  return table(['check', 'holds when'], rows);
}
