/** The quarterly report and its form for paper in a real browser: nothing refused, nothing loaded, nothing that somebody cannot read. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { quarterlyHtml, quarterlyPrint } from '../../reports/quarterly/quarterly-html.ts';
import { sampleQuarterly } from '../reports/quarterly-sample.ts';
import { findChromium, open } from './chromium.ts';

const chromium = findChromium();

if (chromium === null && process.env['CI'] !== 'true') {
  process.stdout.write(
    'SKIP the quarterly report in a browser: none is installed (apt-get install chromium)\n',
  );
  test.skip('the quarterly report in a browser');
} else {
  const report = sampleQuarterly();
  const forms = [
    ['the page on a phone', quarterlyHtml(report), 500, false],
    ['the page in the dark', quarterlyHtml(report), 1280, true],
    ['the page for paper', quarterlyPrint(report), 1280, true],
  ] as const;
  for (const [name, page, width, dark] of forms) {
    test(`${name}: no error, nothing serious for those who cannot see it, no wider than its window`, async () => {
      assert.ok(chromium !== null, 'a browser is needed in CI');
      const opened = await open(chromium, page, width, dark);
      assert.equal(opened.console, []);
      assert.equal(opened.violations, []);
      assert.is(opened.overflow, 0, 'pixels too wide');
      assert.ok((opened.dom.match(/class="mark"/g) ?? []).length > 0, 'its plots have marks');
    });
  }
}

test.run();
