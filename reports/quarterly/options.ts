import type { GainTable } from '../formats/gains.ts';
import type { Reference } from '../formats/reporter.ts';
import type { WeightTable } from '../formats/weights.ts';
import type { ResultSet } from '../result-set.ts';
import type { Bound } from '../threshold.ts';
import type { TrendReport } from '../trend/report.ts';

/** What a quarterly report holds what was measured against, beside the results themselves. */
export interface QuarterlyOptions {
  /** `2026-Q4` */
  readonly quarter: string;
  /** What the seed report recorded of each scenario, with its bounds as it wrote them. */
  readonly reference: { readonly [scenario: string]: WrittenReference };
  readonly findings: readonly KeyFinding[];
  readonly goals: readonly Goal[];
  /** What is asked for and left out of this report, and why. */
  readonly outOfScope: readonly { readonly name: string; readonly why: string }[];
  /** What a design costs, told by cells that differ in it alone. */
  readonly bottlenecks: GainTable;
  readonly gains: GainTable;
  readonly weights: readonly WeightTable[];
  readonly risks: readonly Risk[];
  /** What the seed report recommended for so many WebSockets. */
  readonly approaches: readonly { readonly connections: number; readonly approach: string }[];
  readonly history: QuarterlyHistory | null;
  /** The command lines that make this report again. */
  readonly commands: readonly string[];
}

export interface WrittenReference extends Reference {
  /** By metric, as the seed report wrote them: `<100ms`. */
  readonly bounds: { readonly [metric: string]: string };
}

/** A row of what matters most: a limit that was searched for, or a number at that limit. */
export interface KeyFinding {
  readonly name: string;
  /** What was varied until it broke. */
  readonly vary: 'agents' | 'events';
  /** The number at the limit and where it broke; null: the limit itself. */
  readonly metric: string | null;
  readonly aggregator: string;
  /** `100+`, as it was asked for. */
  readonly target: string;
}

/** What the product is to come to, and which of our numbers says whether it does. */
export interface Goal {
  readonly name: string;
  readonly of: 'agents' | 'events' | 'spawn' | 'availability' | 'recovery' | 'cost';
  /** What must hold of the number, in its own unit. */
  readonly target: Pick<Bound, 'operator' | 'limit'>;
  readonly text: string;
}

/** Something that may go wrong, and the scenarios in which it was made to. */
export interface Risk {
  readonly name: string;
  readonly scenarios: readonly string[];
  /** What the seed report estimated and recommended; not measured here. */
  readonly estimated: { readonly probability: string; readonly impact: string };
  readonly mitigation: string;
}

/** Results that were saved before. */
export interface QuarterlyHistory {
  /** The name that they were saved under. */
  readonly baseline: string;
  /** The last that was saved before this quarter; null where there is none. */
  readonly previous: {
    readonly savedAt: string;
    readonly quarter: string;
    readonly result: ResultSet;
  } | null;
  readonly trends: readonly TrendReport[];
}
