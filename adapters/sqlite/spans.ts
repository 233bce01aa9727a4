/** Offsets from `from` to `to`, both included. Lists of spans are ascending and do not touch. */
export type Span = readonly [from: number, to: number];

/** The spans of ascending offsets. */
export function spansOf(offsets: readonly number[]): Span[] {
  const spans: [number, number][] = [];
  for (const offset of offsets) {
    const last = spans[spans.length - 1];
    if (last !== undefined && last[1] === offset - 1) last[1] = offset;
    else spans.push([offset, offset]);
  }
  return spans;
}

/** Everything that is in either. */
export function union(a: readonly Span[], b: readonly Span[]): Span[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...a, ...b].sort((x, y) => x[0] - y[0])) {
    const last = merged[merged.length - 1];
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export function countOf(spans: readonly Span[]): number {
  return spans.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

export function parseSpans(text: string): readonly Span[] {
  return JSON.parse(text) as readonly Span[];
}
