/** One comparison, its limit already in the metric's own unit. */
export interface Bound {
  readonly aggregator: 'avg' | 'min' | 'max' | 'p' | 'count' | 'value' | 'rate';
  /** For `p` only: 0 < percentile <= 100. */
  readonly percentile: number | null;
  readonly operator: '<' | '<=' | '>' | '>=' | '==';
  readonly limit: number;
  /** A sliding window, or null for the whole measured time. */
  readonly overMs: number | null;
  /** Of an abort bound: how long the measured time has to last before it is looked at. Absent: from its beginning. */
  readonly afterMs?: number;
  /** What the limit was made of, where it is so many times what a baseline had. */
  readonly relative?: { readonly factor: number; readonly baseline: number };
  /** The rule as a person reads it, e.g. `p(99) < 50 ms`. */
  readonly text: string;
}

/** A bound whose limit is so many times what a baseline had: a bound once that is known. */
export interface RelativeBound extends Pick<Bound, 'aggregator' | 'percentile' | 'operator' | 'text'> {
  readonly use: 'pass' | 'healthy';
  readonly factor: number;
  /** Why the baseline says nothing of it. Absent: none was named. */
  readonly missing?: string;
}

/** What must hold for one metric, in one phase or (null) over the measured time. */
export interface Threshold {
  readonly metric: string;
  readonly phase: string | null;
  /** On this stack alone, and there instead of what is said of all. Absent: on every stack. */
  readonly stack?: string;
  /** Outside any of them: FAIL. */
  readonly pass: readonly Bound[];
  /** Inside pass but outside any of them: DEGRADED. */
  readonly healthy: readonly Bound[];
  /** Stops the cell as soon as one holds. */
  readonly abort: readonly Bound[];
  /** What could not be held against a baseline, and is INCONCLUSIVE. Absent: nothing. */
  readonly relative?: readonly RelativeBound[];
}
