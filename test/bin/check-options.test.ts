/** Options of adapters are held against the adapters' own tables before anything starts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkAdapterOptions } from '../../bin/check-options.ts';
import { inspectStacks } from '../../bin/modules/inspected.ts';
import { loadScenario } from '../../config/load-scenario.ts';
import { resolveStack } from '../../config/stacks.ts';
import { isTestbedError } from '../../core/error.ts';

const folder = mkdtempSync(join(tmpdir(), 'testbed-options-'));
const file = join(folder, 'tuned.yaml');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

async function complaintOf(options: string, stacks: string): Promise<string> {
  const head = 'name: tuned\nworkload: { phases: [{ name: steady, for: 1s }] }\n';
  writeFileSync(file, `${head}options: ${options}\nstacks: [${stacks}]\n`);
  try {
    const scenario = loadScenario(file, { profile: 'full', env: {} });
    const selected = { scenario, stacks: scenario.stacks.map((name) => resolveStack(name)) };
    await checkAdapterOptions(selected, await inspectStacks([selected]), {});
    return '';
  } catch (error) {
    if (!isTestbedError(error, 'INVALID_CONFIG')) throw error;
    return error.message;
  }
}

const rows: readonly (readonly [options: string, stacks: string, complaint: string])[] = [
  ['{}', 'memory, sqlite', ''],
  ['{ bus: { pollMs: 5 } }', 'sqlite', ''],
  ['{ storage: { busyTimeoutMs: 100 } }', 'memory+sqlite', ''],
  ['{ bus: { sqlite: { pollMs: 5 }, memory: { windowMessages: 0 } } }', 'memory, sqlite', ''],
  ['{ bus: { pollMs: 9, sqlite: { pollMs: 5 } } }', 'sqlite', ''],
  [
    '{ bus: { polMs: 5 } }',
    'sqlite',
    ':3:26: options.bus.polMs: sqlite bus: unknown option "polMs" (known: ',
  ],
  [
    '{ bus: { pollMs: 0 } }',
    'sqlite',
    'options.bus.pollMs: sqlite bus: option "pollMs" is 0; a whole number from 1',
  ],
  ['{ bus: { pollMs: fast } }', 'sqlite', 'option "pollMs" is "fast"; a whole number'],
  ['{ bus: { pollMs: 5 } }', 'sqlite, memory', 'memory bus: unknown option "pollMs" (known: '],
  ['{ bus: { pollMs: 5 } }', 'sqlite, memory', '; { ADAPTER: { pollMs: ... } } is for one alone'],
  [
    '{ bus: { sqlite: { pollMs: -1 } } }',
    'memory, sqlite',
    ':3:37: options.bus.sqlite.pollMs: sqlite bus: option',
  ],
  ['{ storage: { pool: 5 } }', 'memory', 'memory storage: unknown option "pool" (it has none)'],
];

for (const [options, stacks, complaint] of rows) {
  test(`${options} on ${stacks}`, async () => {
    const said = await complaintOf(options, stacks);
    assert.ok(complaint === '' ? said === '' : said.includes(complaint), said);
  });
}

test.run();
