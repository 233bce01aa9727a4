import type { GateOrder, GateRule } from './gate/rule.ts';
import type { SearchAnswer } from './search/answer.ts';
import type { SearchPlan, Variable } from './search/plan.ts';
import type { Threshold } from './threshold.ts';

/** Worst first in `worst()`; UNSUPPORTED is printed and left out of it. */
export type Verdict = 'PASS' | 'DEGRADED' | 'FAIL' | 'INCONCLUSIVE' | 'UNSUPPORTED';

export const schemaVersion = 1;

/** A number that was measured. A metric that was not is absent, never 0. */
export type Metric = NumberMetric | HistogramMetric;

export interface NumberMetric {
  readonly unit: string;
  readonly value: number;
}

/** Percentiles without enough samples to exist are absent (p95 60, p99 300, p99.9 10,000). */
export interface HistogramMetric {
  readonly unit: string;
  readonly count: number;
  readonly avg: number;
  readonly min: number;
  readonly p50: number;
  readonly p90?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly p999?: number;
  readonly max: number;
}

/** A histogram's filled buckets, so that reports can merge it and draw its spectrum. */
export interface StoredHistogram {
  readonly unit: string;
  /** Lower and upper edge and count of every bucket that is not empty, ascending. */
  readonly buckets: readonly (readonly [lower: number, upper: number, count: number])[];
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

export interface PhaseRecord {
  readonly name: string;
  /** Milliseconds from the start of the load. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly warmup: boolean;
}

/** One number of one metric. */
export interface Subject {
  readonly metric: string;
  readonly phase: string | null;
  /** `avg`, `p(95)`, `value`, ... */
  readonly aggregator: string;
}

export interface ThresholdResult {
  readonly metric: string;
  readonly phase: string | null;
  /** What of the metric was judged: `avg`, `p(99)`, `value`, ... */
  readonly aggregator: string;
  /** The pass bound as text; the healthy bound where there is no pass bound on this aggregator. */
  readonly rule: string;
  /** The healthy bound on the same aggregator as text, or null. */
  readonly healthy: string | null;
  /** Null when not measured. */
  readonly observed: number | null;
  readonly verdict: Verdict;
  /** Why, when it is not plain from the numbers. */
  readonly reason: string | null;
}

/** Three-valued: holds, does not hold, or could not be decided. */
export interface CheckResult {
  readonly check: string;
  readonly verdict: 'PASS' | 'FAIL' | 'INCONCLUSIVE' | 'UNSUPPORTED';
  readonly detail: string;
  /** The smallest evidence that shows it; empty when it holds. */
  readonly evidence: readonly string[];
}

/** Something worth a sentence: why a run cannot be believed, what was noticed. */
export interface Finding {
  readonly verdict: Verdict | 'NOTE';
  readonly about: string;
  readonly detail: string;
}

export interface FaultRecord {
  readonly fault: string;
  readonly on: string;
  readonly options: { readonly [name: string]: unknown };
  readonly injectedAtMs: number | null;
  readonly confirmedAtMs: number | null;
  readonly healedAtMs: number | null;
  readonly verifiedAtMs: number | null;
}

/** Evenly spaced values; null where nothing was measured in that window. */
export interface Series {
  readonly unit: string;
  readonly windowMs: number;
  readonly values: readonly (number | null)[];
}

/** The one document a cell leaves. Everything after it is a pure function of these. */
export interface RunRecord {
  readonly schemaVersion: typeof schemaVersion;
  readonly scenario: string;
  readonly description: string;
  readonly stack: string;
  readonly iteration: number;
  readonly seed: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly verdict: Verdict;
  /** True when it was stopped before its end; such a record is never PASS. */
  readonly interrupted: boolean;
  /** Machine, runtime, versions, and what the stack's parts said of their settings. */
  readonly environment: { readonly [name: string]: unknown };
  /** How hard the load generator itself was working. */
  readonly generator: { readonly [name: string]: unknown };
  /** The workload as resolved. */
  readonly workload: { readonly [name: string]: unknown };
  readonly durability: string;
  /** Of the storage's server. Absent: none was asked for. */
  readonly replicas?: number;
  readonly traits: {
    readonly bus: { readonly [name: string]: unknown };
    readonly storage: { readonly [name: string]: unknown };
  };
  readonly phases: readonly PhaseRecord[];
  readonly faults: readonly FaultRecord[];
  /** By name; `name{phase:NAME}` for one phase. */
  readonly metrics: { readonly [name: string]: Metric };
  readonly parameters: { readonly [name: string]: unknown };
  readonly series: { readonly [name: string]: Series };
  readonly histograms: { readonly [name: string]: StoredHistogram };
  /** What was to hold, so that a record can be judged again. */
  readonly rules: readonly Threshold[];
  /** Numbers that a table of several cells is to show beside those that are judged. */
  readonly shown?: readonly Subject[];
  readonly thresholds: readonly ThresholdResult[];
  /** The checks that were to be made, by name. Absent in records of older versions. */
  readonly asked?: readonly string[];
  readonly checks: readonly CheckResult[];
  readonly findings: readonly Finding[];
  /** Other files of this cell, relative to the record. */
  readonly files: readonly string[];
  /** A digest of all that the cell's numbers depend on: a run that goes on keeps the record while it agrees. */
  readonly key?: string;
}

/** `index.json` of a results folder. */
export interface ResultIndex {
  readonly schemaVersion: typeof schemaVersion;
  readonly testbed: string;
  readonly command: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly verdict: Verdict;
  /** Which of the scenarios' profiles was played; absent in results of older versions. */
  readonly profile?: string;
  /** The files that scenarios came from, by the name of the scenario; those that ship are not among them. */
  readonly sources?: { readonly [scenario: string]: string };
  /** What the cells were played for, where that is more than each for itself. */
  readonly kind?: 'compare' | 'gate';
  /** Of a comparison: the stack that the others are held against; of a gate `base`. */
  readonly reference?: string;
  /** Of a gate: what is held against what, and how that is judged. */
  readonly gate?: GatePlan;
  /** What scenarios say themselves of what a gate judges, by name: a gate of this result reads it here. */
  readonly gates?: { readonly [scenario: string]: GateOrder };
  /** Of scenarios that were searched for their limit; cells that are their probes are not judged by themselves. */
  readonly searches?: readonly IndexSearch[];
  /** Scenarios of which one value was swept. */
  readonly sweeps?: readonly IndexSweep[];
  readonly cells: readonly IndexCell[];
}

/** A scenario whose cells differ in the load, so that they are a curve. */
export interface IndexSweep {
  readonly scenario: string;
  readonly vary: Variable;
}

/** One scenario on one stack: what was looked for, and what that came to. */
export interface IndexSearch extends SearchPlan {
  readonly scenario: string;
  readonly stack: string;
  /** Values of list-valued fields, where the scenario has such fields beside the one that is varied. */
  readonly parameters?: { readonly [name: string]: unknown };
  readonly answer: SearchAnswer;
}

export interface GatePlan {
  /** The sides as they were asked for; their cells are of the stacks `base` and `head`. */
  readonly base: string;
  readonly head: string;
  /** The numbers of rounds after which an answer was looked for, ascending. */
  readonly looks: readonly number[];
  /** The chance of a false alarm, shared by the looks. */
  readonly alpha: number;
  /** Somebody asked for these rules; of the usual ones, those that nothing was measured for are left out. */
  readonly named: boolean;
  readonly rules: readonly GateRule[];
}

export interface IndexCell {
  readonly scenario: string;
  readonly stack: string;
  readonly iteration: number;
  readonly seed: number;
  /** Values of list-valued fields in this cell, where the scenario has such fields. */
  readonly parameters?: { readonly [name: string]: unknown };
  readonly verdict: Verdict;
  /** Path of the record relative to the folder; null when the cell left none. */
  readonly record: string | null;
  /** Why there is no record, or why UNSUPPORTED. */
  readonly reason?: string;
}
