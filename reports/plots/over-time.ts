import { numberText } from '../formats/number-text.ts';
import { theilSen } from '../leaks/theil-sen.ts';
import type { FaultRecord, RunRecord, Series } from '../record.ts';
import { spreadOf } from '../statistics.ts';
import type { Band, Mark, Moment, Plot, Point } from './plot.ts';
import { linearScale } from './scale.ts';

/** More than this cannot be told apart in the width of a plot. */
const mostPoints = 160;

export interface Curve {
  readonly name: string;
  readonly series: Series;
}

/** What of a run is marked in its time. */
export type TimedRun = Pick<RunRecord, 'phases' | 'faults' | 'metrics'>;

export interface OverTime {
  readonly limits?: Plot['limits'];
  /** Points of a curve at the most; default as many as can be told apart. */
  readonly points?: number;
  /** Where a curve is going by itself: a straight line through it is drawn beside it, and its slope told. */
  readonly slope?: boolean;
}

/** Series of one run over its time, with the windows of its faults shaded, its phases and its recovery marked; null for nothing. */
export function overTime(
  title: string,
  record: TimedRun,
  curves: readonly Curve[],
  { limits = [], points = mostPoints, slope = false }: OverTime = {},
): Plot | null {
  const [first] = curves;
  if (first === undefined) return null;
  const measured = curves.map(({ name, series }) => markOf(name, series, points));
  const marks = slope ? measured.flatMap((mark) => [mark, ...slopeOf(mark, first.series.unit)]) : measured;
  const values = marks.flatMap(({ points }) => points.flatMap((point) => point?.y ?? []));
  if (values.length === 0) return null;
  const endMs = Math.max(...curves.map(({ series }) => series.values.length * series.windowMs));
  return {
    title,
    x: { label: 'seconds of load', scale: linearScale(0, endMs / 1000, 5) },
    y: { label: first.series.unit, scale: linearScale(0, Math.max(...values), 4) },
    marks,
    bands: record.faults.flatMap((fault) => bandOf(fault, endMs)),
    moments: momentsOf(record),
    limits,
  };
}

/** Neighbouring windows in one point where there are too many: the greatest of them, so that no peak is lost. */
function markOf(name: string, { values, windowMs }: Series, most: number): Mark {
  const together = Math.max(1, Math.ceil(values.length / most));
  const points: (Point | null)[] = [];
  for (let from = 0; from < values.length; from += together) {
    const known = values.slice(from, from + together).filter((value) => value !== null);
    const x = ((from + together / 2) * windowMs) / 1000;
    points.push(known.length === 0 ? null : { x, y: Math.max(...known) });
  }
  const said = together === 1 ? name : `${name}, most of ${together} windows`;
  return { kind: 'line', name: said, points };
}

function bandOf({ fault, on, confirmedAtMs, injectedAtMs, healedAtMs }: FaultRecord, endMs: number): Band[] {
  const from = confirmedAtMs ?? injectedAtMs;
  if (from === null) return [];
  const to = healedAtMs ?? endMs;
  return [{ from: from / 1000, to: to / 1000, text: `${fault} on ${on}` }];
}

/** Where a phase begins that is not the first, where a fault was seen healed, and where all was well again. */
function momentsOf({ phases, faults, metrics }: TimedRun): readonly Moment[] {
  const healed = faults.flatMap(({ fault, verifiedAtMs }) =>
    verifiedAtMs === null ? [] : [{ at: verifiedAtMs / 1000, text: `${fault} healed` }],
  );
  const begun = phases.flatMap(({ name, fromMs }) => (fromMs > 0 ? [{ at: fromMs / 1000, text: name }] : []));
  return [...begun, ...(healed.length > 3 ? [] : healed), ...recoveredAt(faults, metrics)];
}

/** Of several faults only the slowest recovery is known, not which one it was of. */
function recoveredAt(faults: RunRecord['faults'], metrics: RunRecord['metrics']): readonly Moment[] {
  const [fault, ...others] = faults;
  const took = metrics['heal_recovery_ms'];
  if (others.length > 0 || fault == null || fault.verifiedAtMs === null) return [];
  if (took === undefined || !('value' in took)) return [];
  return [{ at: (fault.verifiedAtMs + took.value) / 1000, text: 'recovered' }];
}

/** By Theil and Sen: a peak does not move it. What one run shows of it is no verdict, and is not called one. */
function slopeOf({ points }: Mark, unit: string): readonly Mark[] {
  const known = points.filter((point) => point !== null);
  const [first, last] = [known[0], known.at(-1)];
  const slope = theilSen(known.map(({ x, y }) => [x, y]));
  if (first === undefined || last === undefined || slope === null) return [];
  const start = spreadOf(known.map(({ x, y }) => y - slope * x))?.median ?? 0;
  const ends = [first, last].map(({ x }) => ({ x, y: start + slope * x }));
  const name = `goes by ${numberText(slope * 60, unit)} ${unit}/min`;
  return [{ kind: 'line', name, points: ends }];
}
