/** Joins `parts` with `gap` into lines of at most `width`; a part alone that is longer stays whole. */
export function foldParts(parts: readonly string[], width: number, gap: string): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = last === undefined ? part : `${last}${gap}${part}`;
    if (last !== undefined && joined.length <= width) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines;
}

/** A paragraph in lines of at most `width`, all but the first indented. A word that is longer than a line is cut. */
export function foldText(text: string, width: number, indent: number): readonly string[] {
  const room = Math.max(8, width - indent);
  const words = text
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => cut(word, room));
  const [first = '', ...rest] = foldParts(words, room, ' ');
  return [first, ...rest.map((line) => ' '.repeat(indent) + line)];
}

/** A word in pieces of at most `length`, all of it. */
export function cut(word: string, length: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < word.length; at += length) pieces.push(word.slice(at, at + length));
  return pieces;
}
