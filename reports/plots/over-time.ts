import type { FaultRecord, RunRecord, Series } from '../record.ts';
import type { Band, Mark, Moment, Plot, Point } from './plot.ts';
import { linearScale } from './scale.ts';

/** More than this cannot be told apart in the width of a plot. */
const mostPoints = 160;

export interface Curve {
  readonly name: string;
  readonly series: Series;
}

/** Series of one run over its time, with the windows of its faults shaded and its phases marked; null for nothing. */
export function overTime(
  title: string,
  record: RunRecord,
  curves: readonly Curve[],
  limits: Plot['limits'] = [],
): Plot | null {
  const [first] = curves;
  if (first === undefined) return null;
  const marks = curves.map(({ name, series }) => markOf(name, series));
  const values = marks.flatMap(({ points }) => points.flatMap((point) => point?.y ?? []));
  if (values.length === 0) return null;
  const endMs = Math.max(...curves.map(({ series }) => series.values.length * series.windowMs));
  return {
    title,
    x: { label: 'seconds from the start of the load', scale: linearScale(0, endMs / 1000, 8) },
    y: { label: first.series.unit, scale: linearScale(0, Math.max(...values)) },
    marks,
    bands: record.faults.flatMap((fault) => bandOf(fault, endMs)),
    moments: momentsOf(record),
    limits,
  };
}

/** Neighbouring windows in one point where there are too many: the greatest of them, so that no peak is lost. */
function markOf(name: string, { values, windowMs }: Series): Mark {
  const together = Math.max(1, Math.ceil(values.length / mostPoints));
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

/** Where a phase begins, and where a fault was seen healed. */
function momentsOf({ phases, faults }: RunRecord): readonly Moment[] {
  const healed = faults.flatMap(({ fault, verifiedAtMs }) =>
    verifiedAtMs === null ? [] : [{ at: verifiedAtMs / 1000, text: `${fault} healed` }],
  );
  const begun = phases.map(({ name, fromMs }) => ({ at: fromMs / 1000, text: name }));
  return [...begun, ...(healed.length > 3 ? [] : healed)];
}
