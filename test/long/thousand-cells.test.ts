/** A result of a thousand cells in every format: all of them are told, in a text that can be opened. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { validateXML } from 'xmllint-wasm';
import { formats } from '../../reports/formats/table-of-formats.ts';
import { thousandCells } from '../reports/hard-results.ts';

/** What there is one of for each cell, in the formats that tell each by itself. */
const each: { readonly [format: string]: RegExp } = {
  html: /<details><summary>\w+, run 1: seed 1/g,
  csv: /^stress,[^\r]*,spawn_ms,,avg,/gm,
  openmetrics: /^testbed_passed\{/gm,
  hgrm: /^# stress/gm,
  json: /"scenario":"stress","stack":"\w+","iteration":1,"seed":1,"parameters"/g,
  junit: /<testsuite /g,
};

for (const [format, reporter] of Object.entries(formats)) {
  test(`${format} of a thousand cells`, () => {
    const text = reporter(thousandCells, {});
    assert.ok(text.length < 8_000_000);
    assert.is(/NaN|undefined|\[object/.exec(text), null);
    const counted = each[format];
    if (counted !== undefined) assert.is(text.match(counted)?.length, 1000);
  });
}

test('JUnit of a thousand cells is valid', async () => {
  const schema = readFileSync(join(import.meta.dirname, '../reports/junit.xsd'), 'utf8');
  const xml = [{ fileName: 'junit.xml', contents: formats.junit(thousandCells, {}) }];
  const { errors } = await validateXML({ xml, schema: [schema] });
  assert.equal(errors, []);
});

test.run();
