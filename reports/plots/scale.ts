import { numberText } from '../formats/number-text.ts';

/** Where a value stands along an axis, and what is written there. */
export interface Scale {
  /** 0 at the start of the axis, 1 at its end; outside of both for values beyond. */
  place(value: number): number;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** From 0, or from `min` where that is below, up to a round number at or above `max`. */
export function linearScale(min: number, max: number, wanted = 5): Scale {
  const from = Math.min(0, min);
  const step = roundStep((Math.max(max, from + 1e-9) - from) / wanted);
  const first = Math.floor(from / step) * step;
  const last = Math.ceil(max / step - 1e-9) * step;
  const end = last > first ? last : first + step;
  const count = Math.round((end - first) / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => first + index * step);
  return {
    place: (value) => (value - first) / (end - first),
    ticks: ticks.map((at) => ({ at, text: numberText(Math.abs(at) < step / 1e6 ? 0 : at, '') })),
  };
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((each) => each * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Powers of ten around what is shown; all values have to be above 0. */
export function logScale(min: number, max: number): Scale {
  const from = Math.floor(Math.log10(min) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(max) - 1e-9));
  const every = Math.ceil((to - from) / 8);
  const ticks: Tick[] = [];
  for (let power = from; power <= to; power += every)
    ticks.push({ at: 10 ** power, text: numberText(10 ** power, '') });
  return { place: (value) => (Math.log10(value) - from) / (to - from), ticks };
}

/**
 * Percentiles as HdrHistogram draws them: each tick leaves a tenth of what the one before left, so that the tail is as
 * wide as the rest. `most` is the greatest percentile shown, below 100.
 */
export function percentileScale(most: number): Scale {
  const depth = (percentile: number): number => -Math.log10(1 - percentile / 100);
  const end = Math.max(1, depth(most));
  const ticks = ['0', '90', '99', '99.9', '99.99', '99.999', '99.9999']
    .map((text) => ({ at: Number(text), text: `${text} %` }))
    .filter(({ at }) => depth(at) <= end + 1e-9);
  return { place: (percentile) => depth(percentile) / end, ticks };
}
