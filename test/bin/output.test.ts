import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readResult } from '../../reports/read-result.ts';
import {
  type Ended,
  readControl,
  readIndex,
  resultIn,
  scratch,
  testbed,
  undisturbed,
  writeScenario,
} from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());
const good = writeScenario(folder.path, 'good');
const at = { cwd: folder.path };
const escapes = '\u001b[';

let ended: Ended & { readonly output: string };
let result: string;

test.before(async () => {
  ended = await undisturbed(join(folder.path, 'first'), (output) =>
    testbed(['run', good, '--output', output, '--format', 'table,markdown,json'], at),
  );
  result = resultIn(ended.output);
});

test('the table is on stdout, progress on stderr, logs in the folder: never mixed', async () => {
  const { code, stdout, stderr } = ended;
  assert.is(code, 0, stdout + stderr);
  assert.match(stderr, /^\[1\/1\] good memory ... steady, a few seconds left\n$/);
  assert.not.match(stdout, /"level":|\[1\/1\]/);
  const log = readFileSync(join(result, 'run.log'), 'utf8').trim().split('\n');
  assert.equal(
    log.map((line) => JSON.parse(line).msg),
    ['run started', 'cell finished', 'run ended'],
  );
});

test('several formats come one after another, each whole', () => {
  const [first = '', second = '', third = ''] = splitFormats(ended.stdout);
  assert.match(first, /^good {3}4 agents {3}2 subscribers/);
  assert.match(second, /\| *metric/i);
  const { index, records, doubts } = JSON.parse(third);
  assert.equal(doubts, []);
  assert.equal(index, readIndex(result));
  assert.is(records[0].scenario, 'good');
});

/** The table has no `#` at a line's start, Markdown begins with one, JSON is the last line. */
function splitFormats(text: string): readonly string[] {
  const lines = text.trimEnd().split('\n');
  const markdown = lines.findIndex((line) => line.startsWith('#'));
  return [lines.slice(0, markdown).join('\n'), lines.slice(markdown, -1).join('\n'), lines.at(-1) as string];
}

test('the folder is what the contract says, valid by its schemas, and without doubts', async () => {
  assert.equal(readdirSync(result).sort(), ['cells', 'index.json', 'plan.json', 'run.log', 'summary.md']);
  const { index, records, doubts } = await readResult(result);
  assert.equal(doubts, []);
  assert.equal(Object.keys(index), [
    'schemaVersion',
    'testbed',
    'command',
    'seed',
    'startedAt',
    'verdict',
    'profile',
    'sources',
    'cells',
  ]);
  assert.is(index.command, `testbed run ${good} --output ${ended.output} --format table,markdown,json`);
  assert.is(index.seed, 1);
  const record = 'cells/good/memory/1/record.json';
  assert.equal(index.cells, [
    { scenario: 'good', stack: 'memory', iteration: 1, seed: 1, verdict: 'PASS', record },
  ]);
  assert.equal(records[0]?.files, ['control.ndjson']);
  assert.ok(readControl(result).every(({ operation, id }) => operation !== undefined && id !== undefined));
  assert.not(existsSync(join(result, 'cells/good/memory/1/data')), 'the data of the stack is gone');
});

test('colour only where it is wanted; words always', async () => {
  const show = (env: { [name: string]: string }): Promise<Ended> => testbed(['show', result], { ...at, env });
  const [plain, never, forced, both, off] = await Promise.all([
    show({}),
    show({ NO_COLOR: '1' }),
    show({ FORCE_COLOR: '1' }),
    show({ NO_COLOR: '1', FORCE_COLOR: '1' }),
    show({ FORCE_COLOR: '0' }),
  ]);
  for (const { stdout } of [plain, never, both, off]) assert.not.match(stdout, escapes);
  assert.ok(forced.stdout.includes(escapes));
  const stripped = forced.stdout
    .split(escapes)
    .map((part, at) => (at === 0 ? part : part.replace(/^[0-9;]*m/, '')));
  assert.is(stripped.join(''), plain.stdout, 'the same words');
  assert.match(plain.stdout, /verdict +PASS/);
});

test('show prints what run printed, with the exit code that follows from the verdicts', async () => {
  const { code, stdout } = await testbed(['show', result, '--format', 'json'], at);
  assert.is(code, 0);
  assert.equal(JSON.parse(stdout).records, JSON.parse(splitFormats(ended.stdout)[2] as string).records);
});

test('a result that contradicts itself is no pass', async () => {
  const copy = join(folder.path, 'doubtful');
  cpSync(result, copy, { recursive: true });
  const path = join(copy, 'cells/good/memory/1/record.json');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace('"seed": 1', '"seed": 2'));
  const doubted = await testbed(['show', copy], at);
  assert.is(doubted.code, 2, doubted.stdout);
  assert.match(doubted.stdout, /DOUBT .*seed is 2, the index says 1/);
  writeFileSync(path, text.replace(/("lost_acked":\{[^}]*"value":)0/, '$15'));
  const edited = await testbed(['show', copy], at);
  assert.is(edited.code, 3, edited.stdout);
  assert.match(
    edited.stderr,
    /^testbed show: .*record\.json:\d+:\d+: metrics\.lost_acked\.value: is 5, and .*\n$/,
  );
  writeFileSync(path, text.slice(0, -20));
  const cut = await testbed(['show', copy], at);
  assert.is(cut.code, 3);
  assert.match(
    cut.stderr,
    /^testbed show: .*record\.json:\d+:\d+: ends in the middle: the file is truncated\n$/,
  );
  rmSync(path);
  assert.is((await testbed(['show', copy], at)).code, 3);
});

test('--plan prints the cells and starts nothing', async () => {
  const { code, stdout, stderr } = await testbed(
    [
      'run',
      good,
      '--stacks',
      'memory,sqlite',
      '--iterations',
      '2',
      '--seed',
      '7',
      '--plan',
      '--output',
      'planned',
    ],
    at,
  );
  assert.is(code, 0, stderr);
  assert.match(stdout, /^seed 7, 4 cells, about 6 s: 2 s of load, and starting and draining/);
  assert.is(
    stdout.match(/^good +(memory|sqlite) +#[12] {3}seed [78] {3}steady 0\.3 s$/gm)?.length,
    4,
    stdout,
  );
  assert.is(stderr, '');
  assert.not(existsSync(join(folder.path, 'planned')));
});

test('--plan says of each fault, and of the stack, what cannot be done there', async () => {
  const flags = ['--stacks', 'memory,redis', '--durability', 'power-loss', '--plan'];
  const { code, stdout } = await testbed(['run', '--scenario', 'drill-redis-kill', ...flags], at);
  assert.is(code, 0);
  const [, onMemory = '', onRedis = ''] = stdout
    .split(/^drill-redis-kill /m)
    .map((text) => text.replace(/\n +/g, ' '));
  assert.match(onMemory, /UNSUPPORTED: bus memory cannot be durable to "power-loss"/);
  assert.match(
    onMemory,
    /kill on bus\.server - UNSUPPORTED: bus memory lives in our own process and has no server/,
  );
  assert.match(onRedis, /kill on bus\.server$/m);
  assert.not.match(onRedis, /UNSUPPORTED/);
});

test('--log sends the log where it is told; --iterations numbers the cells and their seeds', async () => {
  const logged = join(folder.path, 'logged');
  const log = join(folder.path, 'logs/deep/run.log');
  const flags = ['--iterations', '2', '--log', log, '--log-level', 'error'];
  const { code, stdout } = await testbed(['run', good, '--output', logged, ...flags], at);
  assert.ok(code === 0 || code === 2, stdout);
  assert.is(readFileSync(log, 'utf8'), '', 'nothing went wrong');
  assert.not(existsSync(join(resultIn(logged), 'run.log')));
  assert.equal(
    readIndex(resultIn(logged)).cells.map(({ iteration, seed }) => [iteration, seed]),
    [
      [1, 1],
      [2, 2],
    ],
  );
  const toStderr = await testbed(['run', good, '--output', join(folder.path, 'dash'), '--log', '-'], at);
  assert.match(toStderr.stderr, /"msg":"run started"/);
  assert.not.match(toStderr.stdout, /"msg"/);
});

test.run();
