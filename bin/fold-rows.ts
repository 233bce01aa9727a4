import { foldText } from '../reports/formats/fold.ts';

type Row = readonly [name: string, what: string];

/** Text beside its names has at least so much of a line; a name that leaves less stands on a line of its own. */
const leastRoom = 44;

/** Columns of the terminal that stdout is; 80 where it is none. */
export function outputWidth(): number {
  return process.stdout.columns || 80;
}

/** Names, and beside each what it is, folded into its column. Every line ends. */
export function foldRows(rows: readonly Row[], width = outputWidth(), margin = 2): string {
  const most = Math.max(margin, width - leastRoom);
  const fitting = rows.map(([name]) => margin + name.length + 2).filter((length) => length <= most);
  const column = Math.max(margin + 2, ...fitting);
  return rows
    .flatMap(([name, what]) => {
      const left = `${' '.repeat(margin)}${name}`;
      const [first = '', ...rest] = foldText(what, width, column);
      const beside = left.length + 2 <= column;
      const lines = beside ? [left.padEnd(column) + first] : [left, ' '.repeat(column) + first];
      return [...lines, ...rest].map((line) => `${line.trimEnd()}\n`);
    })
    .join('');
}
