/** One comparison, its limit already in the metric's own unit. */
export interface Bound {
  readonly aggregator: 'avg' | 'min' | 'max' | 'p' | 'count' | 'value' | 'rate';
  /** For `p` only: 0 < percentile <= 100. */
  readonly percentile: number | null;
  readonly operator: '<' | '<=' | '>' | '>=' | '==';
  readonly limit: number;
  /** A sliding window, or null for the whole measured time. */
  readonly overMs: number | null;
  /** The rule as a person reads it, e.g. `p(99) < 50 ms`. */
  readonly text: string;
}

/** What must hold for one metric, in one phase or (null) over the measured time. */
export interface Threshold {
  readonly metric: string;
  readonly phase: string | null;
  /** Outside any of them: FAIL. */
  readonly pass: readonly Bound[];
  /** Inside pass but outside any of them: DEGRADED. */
  readonly healthy: readonly Bound[];
  /** Stops the cell as soon as one holds. */
  readonly abort: readonly Bound[];
}
