/** One value of a sweep: what was offered and the latency that this came to. */
export interface CurvePoint {
  readonly value: number;
  readonly latency: number;
}

/** Fewer points have no shape. */
const fewestPoints = 3;
/** A curve that rises by less than this factor over its first point has no knee, only a slope. */
const leastRise = 2;

/**
 * The knee of a throughput-latency curve: the value up to which more load costs little. Kneedle for a convex rising curve
 * (Satopää et al. 2011, "Finding a Kneedle in a Haystack"): both axes brought to 0..1, load by its logarithm because
 * sweeps go by factors, and of the points the one that lies furthest below the straight line from the first to the last.
 * Null where the latency does not double, or nothing lies below that line.
 */
export function kneeOf(points: readonly CurvePoint[]): CurvePoint | null {
  const sorted = [...points].sort((left, right) => left.value - right.value);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || sorted.length < fewestPoints) return null;
  const latencies = sorted.map(({ latency }) => latency);
  const [least, most] = [Math.min(...latencies), Math.max(...latencies)];
  if (!(most >= leastRise * first.latency) || first.value <= 0) return null;
  const span = Math.log(last.value / first.value);
  const below = sorted.map(
    ({ value, latency }) => Math.log(value / first.value) / span - (latency - least) / (most - least),
  );
  const deepest = Math.max(...below);
  return deepest > 1e-9 ? (sorted[below.indexOf(deepest)] ?? null) : null;
}
