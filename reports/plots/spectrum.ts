import { percentileOf } from '../observe.ts';
import type { StoredHistogram } from '../record.ts';
import type { Mark, Plot } from './plot.ts';
import { linearScale, logScale, percentileScale } from './scale.ts';

export interface Spectrum {
  readonly name: string;
  readonly histogram: StoredHistogram;
}

/** From here on a tail is drawn on a scale of powers of ten: the rest would lie flat on the axis. */
const wide = 50;

/** How long the slow ones took, percentile by percentile up to the last that so many samples can tell; null for nothing. */
export function spectrumPlot(title: string, spectra: readonly Spectrum[]): Plot | null {
  const shown = spectra.filter(({ histogram }) => histogram.count > 0);
  const [first] = shown;
  if (first === undefined) return null;
  const marks = shown.map(({ name, histogram }): Mark => {
    const points = percentilesUpTo(histogram.count).map((x) => ({ x, y: percentileOf(histogram, x) }));
    return { kind: 'line', name, points };
  });
  const values = marks.flatMap(({ points }) => points.map((point) => point?.y ?? 0));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const counts = shown.map(({ histogram }) => histogram.count);
  return {
    title,
    x: { label: 'percentile', scale: percentileScale(lastPercentile(Math.max(...counts))) },
    y: {
      label: first.histogram.unit,
      scale: least > 0 && most / least > wide ? logScale(least, most) : linearScale(0, most),
    },
    marks,
  };
}

/** The highest percentile that at least one sample lies above. */
const lastPercentile = (count: number): number => 100 * (1 - 1 / Math.max(2, count));

/** Ten for each factor of ten that is left. */
function percentilesUpTo(count: number): readonly number[] {
  const depth = Math.log10(Math.max(2, count));
  const steps = Math.max(1, Math.floor(depth * 10));
  return Array.from({ length: steps + 1 }, (_, step) => 100 * (1 - 10 ** (-step / 10)));
}
