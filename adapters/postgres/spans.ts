/** Offsets from the first to the second, both included. */
export type Span = readonly [from: number, to: number];

/** The spans of ascending offsets. */
export function spansOf(offsets: readonly number[]): Span[] {
  const spans: [number, number][] = [];
  for (const offset of offsets) {
    const last = spans.at(-1);
    if (last !== undefined && last[1] === offset - 1) last[1] = offset;
    else spans.push([offset, offset]);
  }
  return spans;
}

/** All offsets of any of the lists, in order. */
export function union(...lists: readonly (readonly Span[])[]): Span[] {
  const merged: [number, number][] = [];
  for (const [from, to] of lists.flat().sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export function covers(spans: readonly Span[], offset: number): boolean {
  return spans.some(([from, to]) => from <= offset && offset <= to);
}
