import type { Verdict } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import type { FailOn } from '../verdict.ts';
import type { GainTable } from './gains.ts';
import type { WeightTable } from './weights.ts';

/** One output format: text from a result, and nothing else. */
export type Reporter = (result: ResultSet, options: ReportOptions) => string;

export interface ReportOptions {
  /** Verdicts in colour as well as in words. Default false. */
  readonly colour?: boolean;
  /** Columns of the terminal; tables fold into blocks. Default 80, and less is taken for 80. */
  readonly width?: number;
  /** Recorded numbers of elsewhere to print beside ours, by scenario. */
  readonly reference?: { readonly [scenario: string]: Reference };
  /** What somebody expected of changes; printed below a result that has all of their scenarios. */
  readonly gains?: GainTable;
  /** Parts to be weighed; printed below a result that has their scenario. */
  readonly weights?: readonly WeightTable[];
  /** How long the whole command took; null or absent where nobody measured it. */
  readonly wallMs?: number | null;
  /** What counts as failing for the exit code in the closing line. Default `fail`. */
  readonly failOn?: FailOn;
  /** The exit code if it follows from something else than the verdicts (130: interrupted). */
  readonly exitCode?: number;
}

/** What some document says of one scenario. Its numbers were not measured by us. */
export interface Reference {
  /** Head of its column. */
  readonly label: string;
  readonly metrics: { readonly [metric: string]: ReferenceMetric };
  readonly verdict: Verdict;
}

export interface ReferenceMetric {
  /** `avg`, `p(95)`, `value`, ... */
  readonly aggregator: string;
  /** As written there, e.g. `~800`. */
  readonly text: string;
  readonly verdict: Verdict;
}
