import { loadQuarterly } from '../../config/quarterly.ts';
import type { Quarterly } from '../../reports/quarterly/document.ts';
import type { QuarterlyHistory } from '../../reports/quarterly/options.ts';
import { quarterlyOf } from '../../reports/quarterly/quarterly-of.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { writtenReference } from './reference.ts';

/** What a report is of, beside its results. */
export interface Occasion {
  readonly quarter: string;
  /** What follows `testbed report quarterly` to make it again. */
  readonly from: string;
  readonly history: QuarterlyHistory | null;
}

/** The quarterly report of results, held against what the seed report recorded, expects and fears. */
export function reportOf(results: readonly ResultSet[], { quarter, from, history }: Occasion): Quarterly {
  return quarterlyOf(results, {
    quarter,
    reference: writtenReference(),
    ...loadQuarterly(),
    history,
    commands: [
      `testbed report quarterly ${from} --quarter ${quarter}`,
      ...results.map(({ directory }) => `testbed baseline save quarterly ${directory} --append`),
      'testbed report quarterly --run',
    ],
  });
}
