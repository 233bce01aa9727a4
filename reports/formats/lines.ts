import type { Line, LineCell } from './columns.ts';
import { plainText, unmeasured } from './number-text.ts';
import { aggregatorText, rowNumber, thresholdText } from './row-text.ts';
import type { Row, RowCell } from './rows.ts';
import type { Column, Sheet } from './sheet.ts';

/** The lines of a sheet: judged numbers, other measured numbers, checks, verdict. Columns: reference, then stacks. */
export function linesOf(sheet: Sheet): readonly Line[] {
  return [...rowLines(sheet.judged, sheet), ...rowLines(sheet.measured, sheet), ...summaryLines(sheet)];
}

/** What a sheet comes to: whether it was stopped, its checks and its verdicts. */
export function summaryLines({ reference, columns }: Sheet): readonly Line[] {
  const beside = (cell: LineCell): LineCell[] => (reference === null ? [] : [cell]);
  const checks = columns.map(({ checks: summary }): LineCell => {
    if (summary === null) return { value: unmeasured, verdict: null };
    return { value: `${summary.kept} of ${summary.of}`, verdict: summary.verdict };
  });
  const verdicts = columns.map(({ verdict }): LineCell => ({ value: '', verdict }));
  const aborts = columns.map(abortCell);
  return [
    ...(aborts.some(({ verdict }) => verdict !== null)
      ? [{ ...bare('abort'), cells: [...beside({ value: unmeasured, verdict: null }), ...aborts] }]
      : []),
    { ...bare('checks'), cells: [...beside({ value: unmeasured, verdict: null }), ...checks] },
    {
      ...bare('verdict'),
      cells: [...beside({ value: '', verdict: reference?.verdict ?? null }), ...verdicts],
    },
  ];
}

/** An abort bound is in no row of numbers: that it was reached, and in how many of several runs, has one of its own. */
export function abortCell({ runs }: Column): LineCell {
  const reached = runs.filter(({ record }) => record?.findings.some(({ about }) => about === 'abort')).length;
  if (reached === 0) return { value: unmeasured, verdict: null };
  return { value: runs.length > 1 ? `${reached} of ${runs.length}` : '', verdict: 'FAIL' };
}

const bare = (label: string, group = label): Line => ({
  group,
  label,
  aggregator: '',
  threshold: '',
  cells: [],
});

const longestLabel = 26;

/** A metric's name stands on its first row, and so does a phase's; what is too long for the column has its own line. */
function rowLines(rows: readonly Row[], sheet: Sheet): readonly Line[] {
  return rows.flatMap((row, index) => {
    const before = rows[index - 1];
    const sameMetric = before?.metric === row.metric;
    const samePhase = sameMetric && before.phase === row.phase;
    const names = [
      ...(sameMetric ? [] : [row.metric]),
      ...(samePhase || row.phase === null ? [] : [`  phase ${plainText(row.phase)}`]),
    ];
    const last = names.at(-1) ?? '';
    const label = last.length > longestLabel ? '' : last;
    const above = label === '' ? names : names.slice(0, -1);
    return [...above.map((name) => bare(name, row.metric)), ...numberLines(row, label, sheet)];
  });
}

/** The row itself and, where a stack ran more than once, how far its iterations lie apart. */
function numberLines(row: Row, label: string, { reference, columns }: Sheet): readonly Line[] {
  const { text = unmeasured, verdict = null } = row.reference ?? {};
  const beside = reference === null ? [] : [{ value: text, verdict }];
  const line: Line = {
    group: row.metric,
    label,
    aggregator: aggregatorText(row.aggregator),
    threshold: thresholdText(row),
    cells: [...beside, ...row.cells.map((cell) => valueCell(cell, row))],
  };
  const spreads = row.cells.map((cell, at) => spreadCell(cell, row, columns[at]?.runs.length ?? 1));
  const cells = [...beside.map(() => silent), ...spreads];
  return [line, { ...bare('', row.metric), threshold: 'min..max', cells, optional: true }];
}

function valueCell({ spread, verdict }: RowCell, row: Row): LineCell {
  return { value: spread === null ? unmeasured : rowNumber(spread.median, row), verdict };
}

const silent: LineCell = { value: '', verdict: null };

/** Says nothing where all iterations agree, as far as numbers are printed. */
function spreadCell({ spread }: RowCell, row: Row, runs: number): LineCell {
  if (spread === null) return silent;
  const [min, max] = [rowNumber(spread.min, row), rowNumber(spread.max, row)];
  if (spread.count === runs) return min === max ? silent : { value: `${min}..${max}`, verdict: null };
  return { value: `${min}..${max} of ${spread.count}`, verdict: null };
}
