/** The gallery shows what the formats make of kept records today; else: node test/docs/write-gallery.ts */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gallery } from './gallery.ts';
import { root } from './markdown.ts';

const docs = join(root, 'docs');
const page = readFileSync(join(docs, 'gallery.md'), 'utf8');

for (const [path, text] of Object.entries(await gallery(page))) {
  test(`docs/${path} is as its records say`, () => assert.is(readFileSync(join(docs, path), 'utf8'), text));
}

test('what is out of date is seen, and a marker that is missing too', async () => {
  const old = page.replace('8 cells', '9 cells');
  assert.is.not(old, page);
  assert.is((await gallery(old))['gallery.md'], page);
  try {
    await gallery('no markers');
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /no place for table/);
  }
});

test.run();
