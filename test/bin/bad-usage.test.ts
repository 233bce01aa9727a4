import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inTurn, scratch, testbed, writeScenario } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());
writeScenario(folder.path, 'good');
for (const name of ['loop.yaml', 'loop.js']) symlinkSync(name, join(folder.path, name));
execFileSync('mkfifo', [join(folder.path, 'pipe.yaml')]);
writeFileSync(join(folder.path, 'broken.yaml'), 'name: broken\nworkload: { agents: many }\n');

/** What is wrong, what the one message says of it, and (in the message) what is allowed. */
const rows: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [['rum'], /^testbed: unknown command "rum"; did you mean "run"\? \(allowed: run, /],
  [['help', 'rum'], /^testbed: unknown command "rum"; did you mean "run"/],
  [['--help', 'rum'], /^testbed: unknown command "rum"/],
  [['constructor'], /^testbed: unknown command "constructor" \(allowed: /],
  [
    ['run', '--scenaro', 'smoke'],
    /^testbed run: unknown flag --scenaro; did you mean "--scenario"\? \(allowed: --scenario, /,
  ],
  [['run', '-x'], /^testbed run: unknown flag -x \(allowed: /],
  [['run', '--hepl'], /^testbed run: unknown flag --hepl; did you mean "--help"/],
  [
    ['run', '--scenario', 'smokey'],
    /^testbed run: unknown scenario "smokey"; did you mean "smoke"\? \(allowed: /,
  ],
  [['run', '--scenario'], /^testbed run: --scenario needs a value: --scenario NAME/],
  [['run', '--scenario', '--plan'], /^testbed run: --scenario needs a value/],
  [['run', '--scenario', 'smoke,'], /^testbed run: --scenario smoke,: an empty item in the list/],
  [['run', '--suite', 'sed'], /^testbed run: unknown suite "sed"; did you mean "seed"/],
  [
    ['run', '--suite', 'seed', '--scenario', 'smoke'],
    /^testbed run: --suite and named scenarios exclude each other/,
  ],
  [['run', '--stacks', 'memry'], /^testbed run: unknown stack "memry"; did you mean "memory"/],
  [['run', '--stacks', 'memory+memory+memory'], /^testbed run: unknown stack/],
  [['run', 'good.yaml', '--stacks', 'memory,memory'], /^testbed run: good on memory is asked for twice/],
  [['run', '--agents', '-1'], /^testbed run: --agents -1: not a whole number from 0 to 1000000/],
  [['run', '--agents', '1e3'], /^testbed run: --agents 1e3: not a whole number/],
  [['run', '--agents', '1000001'], /^testbed run: --agents 1000001: not a whole number/],
  [['run', 'good.yaml', '--seed', '1.5'], /^testbed run: --seed 1.5: not a whole number/],
  [['run', 'good.yaml', '--seed', 'NaN'], /^testbed run: --seed NaN: not a whole number/],
  [['run', 'good.yaml', '--seed', '1', '--seed', '2'], /^testbed run: --seed is given twice/],
  [
    ['run', 'good.yaml', '--iterations', '0'],
    /^testbed run: --iterations 0: not a whole number from 1 to 1000/,
  ],
  [['run', 'good.yaml', '--iterations', '99999'], /^testbed run: --iterations 99999/],
  [
    ['run', 'good.yaml', '--profile', 'fast'],
    /^testbed run: --profile fast: unknown value \(allowed: quick, full\)/,
  ],
  [['run', 'good.yaml', '--replicas', '4'], /^testbed run: --replicas 4: not a whole number from 0 to 3/],
  [['run', 'good.yaml', '--durability', 'power'], /^testbed run: --durability "power": unknown/],
  [
    ['run', 'good.yaml', '--format', 'tabel'],
    /^testbed run: --format tabel: unknown value; did you mean "table"/,
  ],
  [['run', 'good.yaml', '--format', 'table,htlm'], /^testbed run: --format htlm: unknown value/],
  [
    ['run', 'good.yaml', '--fail-on', 'never'],
    /^testbed run: --fail-on never: unknown value \(allowed: fail, degraded, unsupported\)/,
  ],
  [['run', 'good.yaml', '--log-level', 'loud'], /^testbed run: --log-level loud: unknown value/],
  [['run', 'good.yaml', '--plan=yes'], /^testbed run: --plan takes no value/],
  [['run', 'good.yaml', '--output='], /^testbed run: --output needs a value: --output DIR/],
  [['run', 'absent.yaml'], /^testbed run: absent.yaml: no such file/],
  [['run', './'], /^testbed run: .*: not a file/],
  [['run', ''], /^testbed run: an argument is empty; see testbed run --help/],
  [['run', 'loop.yaml'], /^testbed run: loop.yaml: cannot be read: .*too many symbolic links/],
  [['run', 'pipe.yaml'], /^testbed run: pipe.yaml: not a file/],
  [
    ['run', 'good.yaml', '--stacks', './loop.js+sqlite'],
    /"\.\/loop.js": cannot be read: .*too many symbolic links/,
  ],
  [
    ['run', 'good.yaml', '--stacks', ' memory'],
    /^testbed run: unknown stack " memory"; did you mean "memory"/,
  ],
  [['run', '--agents', ' 5'], /^testbed run: --agents " 5": not a whole number from 0 to 1000000/],
  [['run', '--agents', '5 '], /^testbed run: --agents "5 ": not a whole number/],
  [['run', '--agents', '5,05'], /^testbed run: --agents: 5 is asked for twice/],
  [['run', 'good.yaml', '--replicas', '1, 1'], /^testbed run: --replicas: 1 is asked for twice/],
  [['run', 'good.yaml', '--seed', ' 5'], /^testbed run: --seed " 5": not a whole number/],
  [
    ['run', 'good.yaml', '--profile', ' quick'],
    /^testbed run: --profile " quick": unknown value; did you mean "quick"/,
  ],
  [['run', 'broken.yaml'], /^testbed run: broken.yaml:2:\d+: workload.agents: /],
  [['run', 'good.yaml', 'broken.yaml'], /^testbed run: broken.yaml:2:\d+: /],
  [['validate'], /^testbed validate: an argument is missing; see testbed validate --help/],
  [['validate', 'absent.yaml'], /^testbed validate: absent.yaml: no such file/],
  [['validate', 'broken.yaml'], /^testbed validate: broken.yaml:2:\d+: workload.agents: /],
  [
    ['list', 'metrix'],
    /^testbed list: unknown kind "metrix"; did you mean "metrics"\? \(allowed: scenarios, /,
  ],
  [['list', 'metrics', 'checks'], /^testbed list: unexpected argument "checks"; see testbed list --help/],
  [['show'], /^testbed show: an argument is missing/],
  [['show', ''], /^testbed show: an argument is empty/],
  [['show', 'loop.yaml'], /^testbed show: loop.yaml\/index.json: cannot be read: .*too many symbolic links/],
  [
    ['conformance', 'loop.yaml'],
    /^testbed conformance: "\.\/loop.yaml": cannot be read: .*too many symbolic links/,
  ],
  [['conformance', 'pipe.yaml'], /^testbed conformance: "\.\/pipe.yaml": not a file/],
  [['conformance', 'good.yaml'], /^testbed conformance: "\.\/good.yaml": a module ends in \.ts, /],
  [['show', 'absent'], /^testbed show: absent\/index.json: not there: /],
  [['show', '.', '--format', 'xml'], /^testbed show: --format xml: unknown value/],
  [['doctor', '--jsn'], /^testbed doctor: unknown flag --jsn; did you mean "--json"/],
  [
    ['link', '--listen', 'nowhere', '--upstream', '127.0.0.1:1'],
    /^testbed link: "nowhere" is no address: HOST:PORT, such as/,
  ],
  [['link', '--listen', '127.0.0.1:0'], /^testbed link: --listen and --upstream go together/],
  [
    ['link', '--listen', '0.0.0.0:0', '--upstream', '127.0.0.1:1'],
    /^testbed link: 0\.0\.0\.0:0: other machines could reach it; --allow-remote allows that/,
  ],
  [['link', '--api', '[::]:0'], /^testbed link: \[::\]:0: other machines could reach it/],
];

test('bad usage is one clear message, exit 3, and nothing is started', async () => {
  await inTurn(rows, 2, async ([args, says]) => {
    const { code, stdout, stderr } = await testbed(args, { cwd: folder.path });
    const what = `testbed ${args.join(' ')}\n${stdout}${stderr}`;
    assert.is(code, 3, what);
    assert.match(stderr, says, what);
    assert.is(stdout, '', what);
    assert.not.match(stderr, /\n\s+at /, what);
  });
  assert.not(existsSync(join(folder.path, 'results')), 'no results folder');
});

test('without arguments the overview is printed, as bad usage', async () => {
  const { code, stdout, stderr } = await testbed([]);
  assert.is(code, 3);
  assert.match(stdout, /testbed COMMAND \[ARGUMENTS\]/);
  assert.is(stderr, '');
});

test.run();
