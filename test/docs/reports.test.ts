/** The reports of the project itself say what the records beside them make. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from './markdown.ts';
import { ownReports } from './reports.ts';

test('each is what its records make; else run: npm run docs:reports', async () => {
  for (const { path, text } of await ownReports())
    assert.is(readFileSync(join(root, path), 'utf8') === text, true, path);
});

test.run();
