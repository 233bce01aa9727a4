/**
 * A double of k6 for tests, and no k6: it obeys as much of k6's documented command line as the driver uses, runs the same
 * scripts, really sends their requests, and writes samples in k6's documented format. What it does wrong is said by
 * `DOUBLE_K6_FAULT`.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { K6Options } from '../../../scenarios/drivers/k6/options.ts';
import type { Fault } from './faults.ts';
import { Output } from './output.ts';
import { play } from './play.ts';

const [command, ...words] = process.argv.slice(2);
const fault = (process.env['DOUBLE_K6_FAULT'] ?? null) as Fault | null;

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      quiet: { type: 'boolean', short: 'q' },
      'no-usage-report': { type: 'boolean' },
      address: { type: 'string' },
      config: { type: 'string', short: 'c' },
      out: { type: 'string', short: 'o' },
      env: { type: 'string', short: 'e', multiple: true },
    },
  });
  const { config = '', out = '', env = [] } = values;
  const [script = ''] = positionals;
  if (fault === 'throws') {
    process.stderr.write(`time="2026-01-01T00:00:00Z" level=error msg="ReferenceError: no is not defined"\n`);
    return 107;
  }
  const output = new Output(out.replace(/^json=/, ''), fault);
  const variables = Object.fromEntries(env.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  const options = JSON.parse(readFileSync(config, 'utf8')) as K6Options;
  await play({ script, variables, options, output, fault });
  output.close();
  if (fault === 'hangs') await new Promise((resolve) => setTimeout(resolve, 120_000));
  return fault === 'crosses thresholds' ? 99 : 0;
}

if (command === 'version') {
  const version = process.env['DOUBLE_K6_VERSION'] ?? 'v1.3.0';
  process.stdout.write(`k6 ${version} (commit/double, go1.24.6, linux/amd64)\n`);
} else if (command === 'run') process.exit(await run());
else process.exit(255);
