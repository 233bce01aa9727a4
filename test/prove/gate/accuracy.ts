import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const accuracyPage = join(import.meta.dirname, '../../../docs/gate-accuracy.md');

/** Writes what a part has proven into its place on the page, as a list. Throws where the page has no such place. */
export function writeAccuracy(part: string, lines: readonly string[]): void {
  const page = readFileSync(accuracyPage, 'utf8');
  const [begin, end] = [`<!-- ${part}: generated -->\n`, `<!-- ${part}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/gate-accuracy.md has no place for ${part}`);
  const list = lines.map((line) => `- ${line}\n`).join('');
  writeFileSync(accuracyPage, `${page.slice(0, from + begin.length)}${list}${page.slice(to)}`);
}
