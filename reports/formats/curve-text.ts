import type { ResultSet } from '../result-set.ts';
import { type Curve, curvesOf } from '../search/curve.ts';
import { valueText } from '../search/plan.ts';
import { inert, listText } from './markdown-text.ts';
import { numberText } from './number-text.ts';

/** A sentence for each curve: where its knee is, and up to where it can be believed. */
export function curveSentences(result: ResultSet): readonly string[] {
  return curvesOf(result).map((curve) => `${nameOf(curve)}: ${kneeText(curve)}`);
}

export function curvesMarkdown(result: ResultSet): readonly string[] {
  const told = curveSentences(result);
  return told.length === 0 ? [] : ['## Curves\n', listText(told.map(inert))];
}

function nameOf({ scenario, parameters, stack }: Curve): string {
  return [
    scenario,
    ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
    'on',
    stack,
  ].join(' ');
}

function kneeText({ vary, metric, points, knee }: Curve): string {
  const doubted = points.filter(({ believed }) => !believed);
  const until =
    doubted.length === 0
      ? ''
      : `; left out, since the numbers there are in doubt: ${doubted.map(({ value }) => valueText(vary, value)).join(', ')}`;
  const at = points.find(({ value }) => value === knee);
  if (knee === null || at?.latency == null) return `${metric} p(99) has no knee in what was swept${until}`;
  return `knee at ${valueText(vary, knee)}, where ${metric} p(99) is ${numberText(at.latency, 'ms')} ms (Kneedle)${until}`;
}
