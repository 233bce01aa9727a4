import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricName } from '../reports/metric-table.ts';
import type { Bound, Threshold } from '../reports/threshold.ts';
import { packageRoot } from './package-root.ts';
import { parseBound } from './threshold.ts';

/** What the seed report recorded, in our words, with the bounds that our one rule per metric makes of it. */
export interface Seed {
  readonly source: string;
  readonly scenarios: readonly SeedScenario[];
}

export interface SeedScenario {
  readonly scenario: string;
  readonly agents: number;
  readonly rows: readonly SeedRow[];
}

export interface SeedRow {
  readonly scenario: string;
  /** Our name of the metric, and what of it the report gives. */
  readonly metric: MetricName;
  readonly aggregator: string;
  /** In our unit of the metric; a pair where the report gives a range. */
  readonly value: number | readonly [low: number, high: number];
  /** The value and its bound as the report prints them, such as `~50ms` and `<100ms`. */
  readonly asWritten: string;
  readonly writtenBound: string;
  /** The status that the report printed. */
  readonly status: 'PASS' | 'DEGRADED' | 'FAIL';
  readonly pass: Bound;
  /** Null where no healthy bound is tighter than pass. */
  readonly healthy: Bound | null;
}

interface Tables {
  readonly source: string;
  readonly load_test_results: readonly {
    readonly scenario: string;
    readonly agents: number;
    readonly rows: readonly TableRow[];
  }[];
  readonly key_findings: readonly { readonly metric: string; readonly [finding: string]: unknown }[];
}

interface TableRow {
  readonly metric: string;
  readonly value: number | readonly [number, number];
  readonly threshold: { readonly min?: number; readonly max?: number; readonly exclusive?: boolean };
  readonly status: SeedRow['status'];
  readonly as_written: readonly [value: string, bound: string];
}

interface Rule {
  readonly metric: MetricName;
  readonly aggregator: string;
  /** The unit that the report's numbers are in, as bounds write it. */
  readonly unit: string;
  /** Which key finding the limits other than `written` come from. */
  readonly finding?: string;
  readonly pass: RuleBound;
  readonly healthy: RuleBound | null;
}

interface RuleBound {
  readonly operator: string;
  readonly tightestOf: readonly ('written' | 'current_limit' | 'breaking_point')[];
  readonly times?: number;
}

/** Reads the report's tables and the rules. The same bounds judge the report's own numbers and the shipped scenarios. */
export function loadSeed(): Seed {
  const tables = readJson<Tables>('baseline-tables.json');
  const { rules } = readJson<{ readonly rules: { readonly [metric: string]: Rule } }>('rules.json');
  const scenarios = tables.load_test_results.map(({ scenario, agents, rows }) => ({
    scenario,
    agents,
    rows: rows.map((row) => toRow(scenario, row, rules[row.metric] as Rule, tables)),
  }));
  return { source: tables.source, scenarios };
}

/** The thresholds of one of the report's scenarios, for a scenario file to start from. */
export function seedThresholds(scenario: string): readonly Threshold[] {
  const rows = loadSeed().scenarios.find((known) => known.scenario === scenario)?.rows ?? [];
  return rows.map(({ metric, pass, healthy }) => ({
    metric,
    phase: null,
    pass: [pass],
    healthy: healthy === null ? [] : [healthy],
    abort: [],
  }));
}

function toRow(scenario: string, row: TableRow, rule: Rule, tables: Tables): SeedRow {
  const finding: { readonly [name: string]: unknown } =
    tables.key_findings.find(({ metric }) => metric === rule.finding) ?? {};
  const bound = ({ operator, tightestOf, times = 1 }: RuleBound): Bound => {
    const { min, max, exclusive } = row.threshold;
    const limits = tightestOf.map((source) => Number(source === 'written' ? (min ?? max) : finding[source]));
    const tightest = min === undefined ? Math.min(...limits) : Math.max(...limits);
    const limit = Number((tightest * times).toPrecision(12));
    const sign =
      operator === 'as-written' ? `${min === undefined ? '<' : '>'}${exclusive ? '' : '='}` : operator;
    return parseBound(`${rule.aggregator} ${sign} ${limit}${rule.unit}`, rule.metric);
  };
  const pass = bound(rule.pass);
  const healthy = rule.healthy === null ? null : bound(rule.healthy);
  return {
    scenario,
    metric: rule.metric,
    aggregator: rule.aggregator,
    value: row.value,
    asWritten: row.as_written[0],
    writtenBound: row.as_written[1],
    status: row.status,
    pass,
    healthy: healthy !== null && isTighter(healthy, pass) ? healthy : null,
  };
}

function isTighter(healthy: Bound, pass: Bound): boolean {
  return pass.operator.startsWith('<') ? healthy.limit < pass.limit : healthy.limit > pass.limit;
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(packageRoot, 'config', 'seed', name), 'utf8'));
}
