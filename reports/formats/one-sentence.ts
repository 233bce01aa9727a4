/** Numbers that stand by themselves; one inside a name is part of that name. */
const numbers = /(?<![\p{L}\p{N}_.#-])\d+(?:\.\d+)?(?![\p{L}\p{N}_#-]|\.\d)/gu;

/** What sentences have in common that differ in numbers alone. */
export function patternOf(text: string): string {
  return text.replaceAll(numbers, '0');
}

/** Sentences of one pattern as one: where their numbers differ, from the smallest to the largest, as they were written. */
export function inOne(texts: readonly string[]): string {
  const [first = ''] = texts;
  const found = texts.map((text) => text.match(numbers) ?? []);
  let at = -1;
  return first.replaceAll(numbers, () => {
    at++;
    const written = found.flatMap((one) => one[at] ?? []).sort((left, right) => Number(left) - Number(right));
    const [low = '', high = ''] = [written[0], written.at(-1)];
    return low === high ? low : `${low}..${high}`;
  });
}

/** Ascending whole numbers in short: `#1-3, #5`. */
export function rangesText(ascending: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const number of ascending) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `#${from}` : `#${from}-${to}`)).join(', ');
}
