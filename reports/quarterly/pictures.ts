import { valueIn } from '../compare.ts';
import { latencyCurve } from '../plots/latency-curve.ts';
import type { Mark, Plot } from '../plots/plot.ts';
import { linearScale } from '../plots/scale.ts';
import type { Subject } from '../record.ts';
import { curvesOf } from '../search/curve.ts';
import { spreadOf } from '../statistics.ts';
import type { Block } from './document.ts';
import {
  type Evidence,
  groupedBy,
  type Played,
  stacksOf,
  subjectText,
  unitOf,
  workloadOf,
} from './evidence.ts';

const drawn = (plot: Plot | null): readonly Block[] => (plot === null ? [] : [{ kind: 'plot', plot }]);

/** A number as agents become more, a line for each stack; nothing where there are no two sizes. */
export function byAgentsPicture(played: readonly Played[], of: Subject): readonly Block[] {
  const marks = stacksOf(played).map((stack): Mark => {
    const own = groupedBy(
      played.filter(({ cell }) => cell.stack === stack),
      (one) => `${workloadOf(one, 'agents')}`,
    );
    const points = [...own].flatMap(([agents, runs]) => {
      const median = spreadOf(runs.flatMap(({ record }) => valueIn(record, of) ?? []))?.median;
      return median === undefined ? [] : [{ x: Number(agents), y: median }];
    });
    return { kind: 'line', name: stack, points: points.sort((left, right) => left.x - right.x) };
  });
  const points = marks.flatMap((mark) => mark.points.flatMap((point) => point ?? []));
  if (new Set(points.map(({ x }) => x)).size < 2) return [];
  return drawn({
    title: `${subjectText(of)} as agents become more`,
    x: { label: 'agents', scale: linearScale(0, Math.max(...points.map(({ x }) => x))) },
    y: { label: unitOf(of), scale: linearScale(0, Math.max(...points.map(({ y }) => y))) },
    marks,
  });
}

/** How latency follows load, with the knees, of every scenario that was swept: by the newest result that did. */
export function curvePictures({ results }: Evidence): readonly Block[] {
  const curves = results.flatMap((result) => curvesOf(result).map((curve) => ({ result, curve })));
  const byScenario = groupedBy(curves, ({ curve }) => curve.scenario);
  return [...byScenario].flatMap(([scenario, own]) => {
    const newest = own.at(-1)?.result;
    const shown = own.filter(({ result }) => result === newest).map(({ curve }) => curve);
    return drawn(latencyCurve(`${scenario}: latency against load`, shown));
  });
}
