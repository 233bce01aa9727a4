/** The page in a real browser: nothing refused, nothing loaded, nothing that somebody cannot read. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formats } from '../../reports/formats/table-of-formats.ts';
import { sideBySide } from '../../reports/side-by-side.ts';
import { number, type SampleCell, sampleRecord, sampleResult } from '../reports/sample-record.ts';
import { findChromium, open } from './chromium.ts';

const chromium = findChromium();
const inCi = process.env['CI'] === 'true';

const hostile = `<script>document.title = 'x'</script><img src=x onerror="document.title = 'x'">`;
const series = {
  offered_per_s: { unit: '1/s', windowMs: 100, values: [900, null, 1100, 1000] },
  acked_per_s: { unit: '1/s', windowMs: 100, values: [900, 400, 1100, 1000] },
  event_delivery_ms: { unit: 'ms', windowMs: 100, values: [1, 20, 3, 2] },
  consumer_lag: { unit: 'count', windowMs: 100, values: [1, 200, 3, 2] },
  rss_mb: { unit: 'MB', windowMs: 100, values: [90, 91, 92, 94] },
  event_loop_delay_ms: { unit: 'ms', windowMs: 100, values: [0.4, 0.5, 0.4, 0.6] },
};
const fault = { fault: 'kill', on: 'bus.server', options: {} };
const window = { injectedAtMs: 90, confirmedAtMs: 100, healedAtMs: 200, verifiedAtMs: 250 };
const degraded = { ...sampleRecord().metrics, spawn_ms: number(300, 'ms') };
const cells: readonly SampleCell[] = [
  sampleRecord({ series, faults: [{ ...fault, ...window }] }),
  sampleRecord({ stack: 'sqlite', series, metrics: degraded }),
  sampleRecord({ stack: 'sqlite', iteration: 2, description: hostile }),
  sampleRecord({ scenario: hostile, stack: 'memory', interrupted: true }),
  { stack: 'redis', verdict: 'UNSUPPORTED', reason: hostile },
];
const earlier = [1, 2, 3].map((month) => {
  const startedAt = `2026-0${month}-01T00:00:00.000Z`;
  return { name: `month ${month}`, result: sampleResult([sampleRecord({ startedAt })]) };
});
const result = sampleResult(cells);
const page = formats.html(sideBySide([{ name: 'now', result }, ...earlier]), {});

if (chromium === null && !inCi) {
  process.stdout.write('SKIP the page in a browser: none is installed (apt-get install chromium)\n');
  test.skip('the page in a browser');
} else {
  // biome-ignore format: a table
  const windows: readonly (readonly [name: string, width: number, dark: boolean])[] = [
    ['a desk', 1280, false],
    ['a desk at night', 1280, true],
    ['a phone', 500, false],
  ];
  for (const [name, width, dark] of windows) {
    test(`on ${name}: no word in the console, no serious finding of axe, nothing wider than the window`, async () => {
      const opened = await open(chromium as string, page, width, dark);
      assert.equal(opened.console, []);
      assert.equal(
        opened.violations.filter((each) => /^(serious|critical|it was)/.test(each)),
        [],
      );
      assert.is(opened.overflow, 0);
      assert.match(opened.dom, /<title>Testbed: stress, &lt;script&gt;/);
      const plots = opened.dom.match(/<svg[^>]*class="plot"[\s\S]*?<\/svg>/g) ?? [];
      assert.ok(plots.length > 20);
      assert.equal(
        plots.filter((plot) => !plot.includes('class="mark"')).map((plot) => plot.slice(0, 300)),
        [],
      );
    });
  }

  test('a page that is wrong is found out', async () => {
    const wrong = page.replace(
      '</main>',
      '<img src="http://127.0.0.1:9/x.png"><p style="color:#ccc">pale</p></main>',
    );
    const opened = await open(chromium as string, wrong, 1280);
    assert.match(opened.console.join('\n'), /Content Security Policy/);
    assert.match(opened.violations.join('\n'), /critical image-alt/);
    assert.match(opened.violations.join('\n'), /serious color-contrast/);
  });
}

test.run();
