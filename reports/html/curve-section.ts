import { curveSentences } from '../formats/curve-text.ts';
import { drawPlot } from '../plots/draw-plot.ts';
import { latencyCurve } from '../plots/latency-curve.ts';
import { element, escaped, type Markup, markup } from '../plots/svg.ts';
import type { ResultSet } from '../result-set.ts';
import { type Curve, curvesOf } from '../search/curve.ts';
import { listOf } from './parts.ts';

/** How latency follows load, where a scenario was swept: a picture for each, and where the knees are in words. */
export function curveSections(result: ResultSet): readonly Markup[] {
  const curves = curvesOf(result);
  if (curves.length === 0) return [];
  const pictures = [...Map.groupBy(curves, nameOf)].flatMap(([name, own]) => {
    const plot = latencyCurve(`${name}: latency against load`, own);
    return plot === null
      ? []
      : [element('figure', {}, drawPlot(plot), element('figcaption', {}, escaped(plot.title)))];
  });
  return [
    element(
      'section',
      { 'aria-labelledby': 'curves' },
      element('h2', { id: 'curves' }, markup('Curves')),
      listOf(curveSentences(result).map(escaped)),
      element('div', { class: 'plots' }, pictures),
    ),
  ];
}

/** The stacks of one scenario share a picture. */
function nameOf({ scenario, parameters }: Curve): string {
  return [scenario, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)].join(' ');
}
