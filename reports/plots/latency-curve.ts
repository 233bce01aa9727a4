import type { Curve } from '../search/curve.ts';
import type { Mark, Plot } from './plot.ts';
import { logScale } from './scale.ts';

/** Latency against load, a line for each stack, on scales of powers of ten; null for nothing. */
export function latencyCurve(title: string, curves: readonly Curve[]): Plot | null {
  const marks = curves.flatMap(markOf);
  const points = marks.flatMap((mark) => mark.points.filter((point) => point !== null));
  const [first] = curves;
  if (first === undefined || points.length === 0) return null;
  const across = points.map(({ x }) => x);
  const down = points.map(({ y }) => y);
  return {
    title,
    x: { label: first.vary, scale: logScale(Math.min(...across), Math.max(...across)) },
    y: { label: `${first.metric} p(99), ms`, scale: logScale(Math.min(...down), Math.max(...down)) },
    marks,
    moments: curves.flatMap(({ knee, stack }) =>
      knee === null ? [] : [{ at: knee, text: `knee ${stack}` }],
    ),
  };
}

/** What the generator could not keep up with is left out, as it is of the knee. */
function markOf({ stack, points }: Curve): readonly Mark[] {
  const known = points.flatMap(({ value, latency, believed }) =>
    latency === null || latency <= 0 || value <= 0 || !believed ? [] : [{ x: value, y: latency }],
  );
  return known.length === 0 ? [] : [{ kind: 'line', name: stack, points: known }];
}
