/** One thing measured beside its peer, in the same run on the same machine. */
export interface Figure {
  readonly name: string;
  readonly ours: number;
  /** The same done without us, or what it is held against; null where there is no peer. */
  readonly peer: number | null;
  readonly peerName: string;
  readonly unit: string;
  /** Where both sides were measured in rounds, the median of the rounds' own ratios; otherwise ours / peer. */
  readonly pairedRatio?: number;
  /** What must hold, of ours or of the ratio ours / peer; null: for information. */
  readonly target: Target | null;
}

export interface Target {
  readonly of: 'ours' | 'ratio';
  readonly operator: '<=' | '>=';
  readonly limit: number;
}

export function ratioOf({ ours, peer, pairedRatio }: Figure): number | null {
  return peer === null ? null : (pairedRatio ?? ours / peer);
}

/** Null where nothing was asked. What was not measured is not met. */
export function isMet(figure: Figure): boolean | null {
  const { target } = figure;
  if (target === null) return null;
  const value = target.of === 'ours' ? figure.ours : (ratioOf(figure) ?? Number.NaN);
  return target.operator === '<=' ? value <= target.limit : value >= target.limit;
}

const headings = ['', 'ours', 'peer', 'ratio', 'target', ''];

/** The figures as a table, numbers to three digits. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${shown(figure.ours)} ${figure.unit}`,
    figure.peer === null ? '-' : `${shown(figure.peer)} ${figure.unit} (${figure.peerName})`,
    figure.peer === null ? '-' : shown(ratioOf(figure) as number),
    targetText(figure),
    { true: 'met', false: 'NOT MET', null: '' }[String(isMet(figure)) as 'true' | 'false' | 'null'],
  ]);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] as string).length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd();
  return `${[headings, ...rows].map(line).join('\n')}\n`;
}

function targetText({ target, unit }: Figure): string {
  if (target === null) return '-';
  const limit = shown(target.limit);
  return target.of === 'ours' ? `${target.operator} ${limit} ${unit}` : `ratio ${target.operator} ${limit}`;
}

function shown(value: number): string {
  if (!Number.isFinite(value)) return 'not measured';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : (sorted[sorted.length >> 1] as number);
}
