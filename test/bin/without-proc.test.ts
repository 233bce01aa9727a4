/** What needs no server is played where there is no /proc, and what is asked of it is not told. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasData, readRecords, resultIn, scratch, testbed, writeScenario } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());
const good = writeScenario(folder.path, 'good');
const { href } = new URL('../doubles/without-proc.ts', import.meta.url);
/** In every process that the command starts, too. */
const env = { NODE_OPTIONS: `--no-warnings --import=${href}` };

test('memory and sqlite are played, in processes that are watched, and nothing is left', async () => {
  const { code, stdout, stderr } = await testbed(
    ['run', good, '--stacks', 'memory,sqlite', '--output', folder.path],
    { env },
  );
  // A machine that is too slow for the load says so: 2.
  assert.ok(code === 0 || code === 2, `${code}\n${stdout}${stderr}`);
  const result = resultIn(folder.path);
  const records = readRecords(result);
  assert.equal(
    records.map(({ stack }) => stack),
    ['memory', 'sqlite'],
  );
  for (const { checks, metrics } of records) {
    assert.equal(
      checks.filter(({ verdict }) => verdict !== 'PASS'),
      [],
    );
    assert.ok('rss_mb' in metrics);
    assert.not.ok('server_cpu_s' in metrics);
  }
  assert.not(hasData(result));
});

test('the suites hold an adapter that lives in a file', async () => {
  const { code, stdout, stderr } = await testbed(['conformance', 'sqlite', '--only', 'pages'], { env });
  assert.is(code, 0, stdout + stderr);
});

test.run();
