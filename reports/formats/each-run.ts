import type { ResultSet } from '../result-set.ts';
import type { ReportOptions } from './reporter.ts';
import { type Row, shownOf } from './rows.ts';
import { type Run, type Sheet, sheetsOf } from './sheet.ts';

/** One run with every number that a table of its sheet has a row for, in full; undefined where it was not measured. */
export interface RunNumbers {
  readonly sheet: Sheet;
  readonly run: Run;
  readonly numbers: readonly { readonly row: Row; readonly value: number | undefined }[];
}

/** For formats that other programs read: they want each run for itself, and nothing rounded. */
export function eachRun(result: ResultSet, options: ReportOptions): readonly RunNumbers[] {
  return sheetsOf(result, options).flatMap((sheet) =>
    sheet.columns.flatMap(({ runs }) =>
      runs.map((run) => {
        const numbers = [...sheet.judged, ...sheet.measured].map((row) => {
          const { metric, phase, aggregator } = row;
          const found = run.record?.metrics[phase === null ? metric : `${metric}{phase:${phase}}`];
          return { row, value: found === undefined ? undefined : shownOf(found, aggregator) };
        });
        return { sheet, run, numbers };
      }),
    ),
  );
}
