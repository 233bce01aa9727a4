import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readResult } from '../../reports/read-result.ts';
import { hasData, inTurn, readIndex, resultIn, scratch, testbed, writeScenario } from './command-line.ts';

const folder = scratch();
let release: (() => void) | null = null;
test.after(() => {
  release?.();
  folder.remove();
});
const good = writeScenario(folder.path, 'good');
writeFileSync(join(folder.path, 'a-file'), '');

execFileSync('mkfifo', [join(folder.path, 'log.pipe')]);
const unwritable: readonly (readonly [flags: readonly string[], says: RegExp])[] = [
  [
    ['--output', 'a-file'],
    /^testbed run: no results folder can be made in a-file: .*: (file already exists|not a directory)\n$/,
  ],
  [
    ['--output', 'a-file/below'],
    /^testbed run: no results folder can be made in a-file\/below: .*: not a directory\n$/,
  ],
  [['--output', 'out', '--log', 'a-file/run.log'], /^testbed run: a-file\/run\.log: not a directory\n$/],
  [['--output', 'out', '--log', 'log.pipe'], /^testbed run: log\.pipe: a pipe that nobody reads\n$/],
  ...(existsSync('/proc/self')
    ? [
        [
          ['--output', '/proc/no'],
          /^testbed run: no results folder .* \/proc\/no: no such file or directory\n$/,
        ] as const,
      ]
    : []),
];

test('an output that cannot be written is said before anything starts', async () => {
  await inTurn(unwritable, 2, async ([flags, says]) => {
    const { code, stdout, stderr } = await testbed(['run', good, ...flags], { cwd: folder.path });
    assert.is(code, 4, stderr);
    assert.match(stderr, says);
    assert.is(stdout, '');
  });
  assert.not(existsSync(join(folder.path, 'out')), 'nothing was made before the log could be opened');
});

if (existsSync('/proc/self')) {
  test('doctor says that nothing can be written where it stands', async () => {
    const { code, stdout, stderr } = await testbed(['doctor'], { cwd: '/proc' });
    assert.is(code, 4, stderr);
    assert.match(stdout, /^wrong +disk +cannot write here: /m);
    assert.match(stdout, /^wrong +memory /m);
    assert.is(stderr, '');
  });
}

/** A shell that lets no file grow beyond `blocks` of 512 bytes: what a full disk is to whoever writes. */
const limited = (blocks: number): readonly string[] => [
  '/bin/sh',
  '-c',
  `ulimit -f ${blocks}; exec "$@"`,
  'sh',
];

test('a record that the disk does not take: no part of it is left, and the run says so', async () => {
  const output = join(folder.path, 'no-record');
  const { code, stdout, stderr } = await testbed(['run', good, '--output', output], { under: limited(8) });
  assert.is(code, 4, stdout + stderr);
  assert.match(stdout, /INCONCLUSIVE memory: could not run: cannot write: file too large/);
  assert.match(stdout, /exit 4: could not run/);
  const [cell] = readIndex(resultIn(output)).cells;
  assert.equal([cell?.verdict, cell?.record], ['INCONCLUSIVE', null]);
  assert.equal(globSync('**/{record.json,control.ndjson,*.tmp}', { cwd: output }), []);
  const log = readFileSync(join(resultIn(output), 'run.log'), 'utf8');
  assert.match(log, /"detail":"Error: EFBIG/, 'the stack is in the log, and only there');
});

test('a plan that the disk does not take: nothing is played, and the folder does not look complete', async () => {
  const output = join(folder.path, 'no-plan');
  const { code, stdout, stderr } = await testbed(['run', good, '--output', output, '--log', '-'], {
    under: limited(0),
  });
  assert.is(code, 4, stdout + stderr);
  assert.is(stdout, '');
  assert.match(stderr, /^testbed run: .*no-plan\/.*\/plan\.json: file too large\n$/);
  assert.equal(readdirSync(resultIn(output)), []);
});

/** A wall clock that is stepped an hour forth and back, again and again, in every process of the run. */
const steppingClock = `
const { now } = Date;
Date.now = () => now() + (Math.floor(performance.now() / 50) % 2) * 3_600_000;`;

test('a wall clock that is stepped in mid-run changes no number', async () => {
  const output = join(folder.path, 'stepped');
  const preload = `data:text/javascript,${encodeURIComponent(steppingClock)}`;
  const { code, stdout, stderr } = await testbed(
    ['run', good, '--stacks', 'memory,sqlite', '--output', output],
    {
      env: { NODE_OPTIONS: `--import=${preload}` },
    },
  );
  assert.ok(code === 0 || code === 2, stdout + stderr);
  const { index, records, doubts } = await readResult(resultIn(output));
  assert.equal(doubts, []);
  for (const record of records) {
    assert.ok(record !== null && record.durationMs > 300 && record.durationMs < 60_000, 'not an hour');
    assert.ok(Math.abs(Date.parse(record.startedAt) - Date.parse(index.startedAt)) < 60_000);
    assert.equal(record.metrics['lost_acked'], { unit: 'count', value: 0 });
    const delivery = record.metrics['event_delivery_ms'];
    assert.ok(delivery !== undefined && 'max' in delivery && delivery.max < 60_000);
  }
});

/** A file system that is really full, where the tests may make one. */
function smallDisk(path: string, bytes: number): (() => void) | null {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path], { stdio: 'ignore' });
    return () => execFileSync('umount', [path]);
  } catch {
    // Not root, or no Linux.
    return null;
  }
}

const disk = join(folder.path, 'disk');
release = smallDisk(disk, 2_600_000);
if (release === null) {
  process.stdout.write('SKIP a disk that fills up in mid-run: no file system can be mounted here\n');
} else {
  test('a disk that fills up in mid-run costs the cells on it, and no half file is left', async () => {
    const long = writeScenario(folder.path, 'long', {
      workload: { events: '2000/s', payload: { size: '4KiB' }, phases: [{ name: 'steady', for: '1s' }] },
      stacks: ['sqlite', 'memory'],
    });
    const { code, stdout, stderr } = await testbed(['run', long, '--output', disk]);
    const result = await readResult(resultIn(disk));
    const [sqlite, memory] = result.index.cells;
    assert.ok(sqlite?.verdict === 'FAIL' || sqlite?.verdict === 'INCONCLUSIVE', stdout + stderr);
    assert.is.not(memory?.record, null, 'the next cell has its room back');
    assert.ok([1, 2, 4].includes(code ?? -1), `exit ${code}`);
    assert.match(stdout, /full|no space left/);
    assert.equal(result.doubts, []);
    assert.not(hasData(disk));
    assert.equal(globSync('**/*.tmp', { cwd: disk, exclude: ['data'] }), []);
  });
}

test.run();
