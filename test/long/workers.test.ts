/** Loads that real processes play together: their plan is that of one, and whichever process dies, nobody waits and nobody is left. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { descendantsOf } from '../../adapters/servers/process-table.ts';
import type { RunRecord } from '../../reports/record.ts';
import {
  readIndex,
  readRecords,
  resultIn,
  type ScenarioChange,
  scratch,
  start,
  testbed,
  until,
  writeScenario,
} from '../bin/command-line.ts';
import { alive, cellOf, commandOf } from '../bin/processes.ts';

const folder = scratch();
test.after(() => folder.remove());

const workload = {
  agents: 9,
  lifetime: { mean: '500ms' },
  subscribers: 3,
  events: '200/s',
  messages: '50/s',
  arrivals: 'poisson',
  phases: [{ name: 'steady', for: '1s' }],
};
const checks = [
  'no-lost-acked',
  'no-phantom',
  'at-least-once',
  'order-per-key',
  'unique-spawn',
  'legal-transitions',
  'no-stranded',
  'indexes-agree',
];

/** What such a load comes to on a busy machine may be INCONCLUSIVE: what was planned, and what was counted of it, is told all the same. */
async function play(name: string, change: ScenarioChange): Promise<RunRecord> {
  const [own, output] = [join(folder.path, name), join(folder.path, `${name}-results`)];
  mkdirSync(own);
  // Chance comes from the seed and the name of the scenario: all have one plan.
  const scenario = writeScenario(own, 'shared', { workload, checks, ...change });
  const { stdout, stderr } = await testbed(['run', scenario, '--seed', '7', '--output', output]);
  const [record] = readRecords(resultIn(output));
  assert.ok(record, stdout + stderr);
  return record;
}

const alone = await play('alone', { stacks: ['memory'] });
const divided: readonly (readonly [name: string, change: ScenarioChange, workers: number])[] = [
  ['by-two', { stacks: ['sqlite'], load: { workers: 2 } }, 2],
  ['through-a-gateway', { stacks: ['memory'], driver: 'websocket', load: { workers: 3 } }, 3],
];

for (const [name, change, workers] of divided) {
  test(`${name}: what ${workers} workers play is the load of one process, and every check holds`, async () => {
    const record = await play(name, change);
    assert.is(record.generator['offered'], alone.generator['offered']);
    for (const { check, verdict, detail } of record.checks) assert.is(verdict, 'PASS', `${check}: ${detail}`);
    const told = record.environment['load'] as { readonly workers: number; readonly pids: string };
    const each = record.generator['workers'] as readonly { readonly pid: number; readonly sent: number }[];
    assert.is(told.workers, workers);
    assert.is(told.pids, each.map(({ pid }) => pid).join(', '));
    assert.is(new Set(each.map(({ pid }) => pid)).size, workers);
    const sent = each.reduce((sum, worker) => sum + worker.sent, 0);
    assert.is(sent + Number(record.generator['lateSends']), record.generator['offered']);
    const [phantom] = record.checks.filter(({ check }) => check === 'no-phantom');
    // What crossed from one worker to another was compared as well.
    const [, compared] = /(\d+) of them compared/.exec(phantom?.detail ?? '') ?? [];
    assert.ok(Number(compared) > 0, phantom?.detail);
  });
}

/** Starts a load of minutes and resolves once its workers play. */
async function underLoad(name: string) {
  const phases = [{ name: 'steady', for: '10m' }];
  const change = { stacks: ['sqlite'], workload: { ...workload, phases }, load: { workers: 2 } };
  const scenario = writeScenario(folder.path, name, change);
  const output = join(folder.path, `${name}-results`);
  const { child, ended } = start(['run', scenario, '--output', output]);
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await until('the load plays', () => said.includes('steady') || child.exitCode !== null);
  const cell = cellOf(child.pid as number) as number;
  assert.type(cell, 'number', said);
  const workers = descendantsOf(cell)
    .map(({ pid }) => pid)
    .filter((pid) => /\bworker\.[tj]s$/.test(commandOf(pid)));
  assert.is(workers.length, 2, said);
  return { cell, workers: workers as [number, number], ended, output };
}

const losses: readonly (readonly [what: string, signal: NodeJS.Signals, says: RegExp])[] = [
  ['killed', 'SIGKILL', /load worker \d \(pid \d+\) ended with SIGKILL/],
  ['made to stand still', 'SIGSTOP', /load worker \d \(pid \d+\) has said nothing for 5 s/],
];
for (const [what, signal, says] of losses) {
  test(`a worker that is ${what} makes the cell INCONCLUSIVE, minutes before its end, and nobody is left`, async () => {
    const { cell, workers, ended, output } = await underLoad(`worker-${signal.toLowerCase()}`);
    process.kill(workers[1], signal);
    const { code, stdout } = await ended;
    assert.is(code, 2, stdout);
    const [entry] = readIndex(resultIn(output)).cells;
    assert.is(entry?.verdict, 'INCONCLUSIVE');
    assert.match(entry?.reason ?? '', says);
    assert.match(entry?.reason ?? '', new RegExp(`pid ${workers[1]}`));
    assert.equal(alive([cell, ...workers]), []);
  });
}

test('a coordinator that is killed leaves no worker behind, not even one that stands still', async () => {
  const { cell, workers, ended, output } = await underLoad('coordinator');
  process.kill(workers[0], 'SIGSTOP');
  process.kill(cell, 'SIGKILL');
  const { code, stdout } = await ended;
  assert.is(code, 2, stdout);
  assert.is(readIndex(resultIn(output)).cells[0]?.verdict, 'INCONCLUSIVE');
  await until('no worker is left', () => alive(workers).length === 0);
});

test.run();
