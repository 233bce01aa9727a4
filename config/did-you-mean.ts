/** The longest word that is compared: what a person mistyped is short. */
const longest = 64;

/** The nearest of `words` to what was written, if it is near enough to be what was meant. */
export function nearest(written: string, words: readonly string[]): string | null {
  const wanted = written.toLowerCase();
  if (wanted.length === 0 || wanted.length > longest) return null;
  let best: string | null = null;
  // One letter of two or fewer is another word, not a slip.
  const most = wanted.length < 3 ? 0 : Math.max(1, Math.floor(wanted.length / 3));
  let bestDistance = most + 1;
  for (const word of words) {
    if (word.length > longest) continue;
    const distance = editDistance(wanted, word.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [word, distance];
  }
  return best;
}

/** `; did you mean "x"?`, or nothing when no word is near. */
export function didYouMean(written: string, words: readonly string[]): string {
  const word = nearest(written, words);
  return word === null ? '' : `; did you mean "${word}"?`;
}

/** Letters to add, drop, change, or swap with their neighbour, to get from one word to the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] as number) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] as number;
}
