/** The page that shows a run while it plays, in a real browser: it moves, nothing of it is refused, and everybody can read it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LiveView } from '../../bin/live/frame.ts';
import { livePage } from '../../bin/live/page.ts';
import { serveLive } from '../../bin/live/server.ts';
import type { LiveSample } from '../../scenarios/run/live.ts';
import { scratch, start } from '../bin/command-line.ts';
import { findChromium, open } from './chromium.ts';
import { watch } from './watched-page.ts';

const chromium = findChromium();
const inCi = process.env['CI'] === 'true';

const hostile = '<img src=x onerror="document.title = 1">';

/** A run in its middle: two seconds with a fault in force. */
function inTheMiddle(): LiveView {
  const view = new LiveView();
  view.finished('stress memory', 'PASS');
  view.cell(hostile, 1, 3);
  for (const atMs of [500, 1000, 1500, 2000]) {
    const live: LiveSample = {
      ...{ atMs, offeredPerS: 100, ackedPerS: 90 + atMs / 100, deliveriesPerS: 300, errorsPerS: atMs / 500 },
      ...{ deliveryMs: 1.5, lag: 2, rssMb: 120, loopDelayMs: 0.5 },
      faults: [{ name: 'kill on bus.server', fromMs: 600, toMs: null }],
      soFar: { verdict: 'FAIL', broken: ['errors value <= 0'], judged: 2, of: 3 },
    };
    view.progress({ phase: 'steady', elapsedMs: atMs, totalMs: 5000, eventsPerS: 100, live });
  }
  return view;
}

test('a run that is asked for it says where, shows itself, and takes the page with it', async () => {
  const folder = scratch();
  try {
    const output = ['--output', folder.path];
    const { child, ended } = start(['run', '--scenario', 'smoke', '--live', ...output]);
    const url = await new Promise<string>((resolve) => {
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        said += chunk;
        const [, found] = /^live: (\S+)$/m.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const answer = await fetch(`${url}events`);
    const heard = await answer.text();
    const { stdout } = await ended;
    assert.match(stdout, /1 cell: 1 /);
    assert.match(heard, /1 of 1: smoke memory: steady/);
    assert.match(heard, /offered \d+, acknowledged \d+/);
    assert.match(heard, /<svg/);
    assert.ok(heard.endsWith('event: end\ndata:\n\n'));
    assert.is(await fetch(url).catch(() => 'gone'), 'gone');
  } finally {
    folder.remove();
  }
});

if (chromium === null && !inCi) {
  process.stdout.write('SKIP the page of a run in a browser: none is installed (apt-get install chromium)\n');
  test.skip('the page of a run in a browser');
} else {
  test('frames come into the page as they are sent, and nothing is refused', async () => {
    const view = inTheMiddle();
    const server = await serveLive(0, 'Testbed: a run', () => view.frame());
    try {
      const drawn = "document.querySelectorAll('svg').length === 5";
      const { dom, console } = await watch(chromium as string, server.url, drawn, 60_000);
      assert.equal(console, []);
      assert.is(dom.match(/<svg/g)?.length, 5);
      assert.match(dom, /errors 4 a second/);
      assert.match(dom, /in force: kill on bus\.server/);
      assert.match(dom, /2 of 3: &lt;img src=x/);
    } finally {
      await server.close();
    }
  });

  for (const width of [1280, 500]) {
    test(`${width} pixels wide: no serious finding of axe, nothing wider than the window`, async () => {
      const frame = inTheMiddle().frame();
      const page = Object.entries(frame).reduce(
        (text, [part, content]) => text.replace(new RegExp(`(<div id="${part}"[^>]*>)`), `$1${content}`),
        livePage('Testbed: a run').replace(/<script>[\s\S]*<\/script>/, ''),
      );
      const opened = await open(chromium as string, page, width);
      assert.equal(opened.console, []);
      assert.equal(
        opened.violations.filter((each) => /^(serious|critical|it was)/.test(each)),
        [],
      );
      assert.is(opened.overflow, 0);
    });
  }
}

test.run();
