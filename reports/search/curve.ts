import { valueIn } from '../compare.ts';
import type { IndexCell, RunRecord } from '../record.ts';
import type { ResultSet } from '../result-set.ts';
import { spreadOf } from '../statistics.ts';
import { isDoubtful } from '../verdict.ts';
import { kneeOf } from './knee.ts';
import type { Variable } from './plan.ts';

/** A swept scenario on one stack: how latency follows load. */
export interface Curve {
  readonly scenario: string;
  readonly stack: string;
  /** Values of list-valued fields beside the swept one. */
  readonly parameters: { readonly [name: string]: unknown };
  readonly vary: Variable;
  /** The latency that it is of: its p(99). */
  readonly metric: string;
  readonly points: readonly Point[];
  /** The value up to which more load costs little; null where the curve has no knee. */
  readonly knee: number | null;
}

export interface Point {
  readonly value: number;
  /** The median of the iterations; null where it was not measured often enough. */
  readonly latency: number | null;
  /** The rate that was reached; null where none was measured. */
  readonly perS: number | null;
  /** The load generator kept up, so that the latency is the stack's. Others are no part of the knee. */
  readonly believed: boolean;
}

const metricsOf: { readonly [vary in Variable]?: readonly [latency: string, rate: string] } = {
  messages: ['message_routing_ms', 'messages_per_s'],
  transitions: ['transition_ms', 'transitions_per_s'],
  writers: ['transition_ms', 'transitions_per_s'],
  connections: ['transition_ms', 'transitions_per_s'],
  reads: ['read_ms', 'reads_per_s'],
};
const ofEvents = ['event_delivery_ms', 'events_per_s'] as const;

/** The curves of a result, by scenario and stack, in the order of its cells. */
export function curvesOf({ index, records }: Pick<ResultSet, 'index' | 'records'>): readonly Curve[] {
  return (index.sweeps ?? []).flatMap(({ scenario, vary }) => {
    const runs = index.cells.flatMap((cell, at) =>
      cell.scenario === scenario ? [{ cell, record: records[at] ?? null }] : [],
    );
    const groups = Map.groupBy(runs, ({ cell }) => JSON.stringify([cell.stack, othersOf(cell, vary)]));
    return [...groups.values()].map((group) => curveOf(scenario, vary, group));
  });
}

interface Run {
  readonly cell: IndexCell;
  readonly record: RunRecord | null;
}

function othersOf({ parameters = {} }: IndexCell, vary: Variable): Curve['parameters'] {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== vary));
}

function curveOf(scenario: string, vary: Variable, runs: readonly Run[]): Curve {
  const [metric, rate] = metricsOf[vary] ?? ofEvents;
  const values = Map.groupBy(runs, ({ cell }) => Number.parseFloat(String(cell.parameters?.[vary])));
  const points = [...values].map(([value, own]): Point => {
    const played = own.flatMap(({ record }) => record ?? []);
    const median = (of: string, aggregator: string): number | null =>
      spreadOf(played.flatMap((record) => valueIn(record, { metric: of, phase: null, aggregator }) ?? []))
        ?.median ?? null;
    return {
      value,
      latency: median(metric, 'p(99)'),
      perS: median(rate, 'value'),
      believed: played.length > 0 && !played.some(isDoubtful),
    };
  });
  const known = points.flatMap(({ value, latency, believed }) =>
    latency === null || !believed ? [] : [{ value, latency }],
  );
  const { cell } = runs[0] as Run;
  return {
    scenario,
    stack: cell.stack,
    parameters: othersOf(cell, vary),
    vary,
    metric,
    points,
    knee: kneeOf(known)?.value ?? null,
  };
}
