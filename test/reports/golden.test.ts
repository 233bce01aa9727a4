/** What every format makes of the same records, character by character. Meant to have changed: node test/reports/write-golden.ts */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { goldens } from './golden.ts';

/** The first line that is another one; null where there is none. A page has lines too long to be shown in full. */
function firstDifference(now: string, golden: string): string | null {
  if (now === golden) return null;
  const [lines, kept] = [now.split('\n'), golden.split('\n')];
  const at = lines.findIndex((line, index) => line !== kept[index]);
  const line = at === -1 ? lines.length : at;
  const [is = '', was = ''] = [lines[line], kept[line]];
  const column = [...is].findIndex((sign, index) => sign !== was[index]);
  const from = Math.max(0, (column === -1 ? is.length : column) - 40);
  return `line ${line + 1}: is ...${is.slice(from, from + 120)}, was ...${was.slice(from, from + 120)}`;
}

for (const { name, file, text } of await goldens()) {
  test(name, () => assert.is(firstDifference(text, readFileSync(file, 'utf8')), null));
}

test('a difference is found, wherever it is', () => {
  assert.is(firstDifference('a\nb\n', 'a\nb\n'), null);
  assert.is(firstDifference('a\nb', 'a\nc'), 'line 2: is ...b, was ...c');
  assert.match(firstDifference('a\nb\n', 'a\nb\nc') ?? '', /line 3/);
  assert.match(firstDifference('a\nb\nc', 'a\nb') ?? '', /line 3/);
});

test.run();
