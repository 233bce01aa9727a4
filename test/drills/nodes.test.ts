/** Several nodes on one stack: what a paused owner asks for after its lease the storage refuses, and a core without fencing is caught. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sqliteBus, sqliteStorage } from '../../adapters/sqlite/index.ts';
import { readProcess } from '../../chaos/process/proc.ts';
import type { Agent } from '../../core/agent.ts';
import { systemClock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import { nodeOf } from '../../core/nodes/tenure.ts';
import { openNodes } from '../../scenarios/nodes/open-nodes.ts';
import { readRecords, resultIn, scratch, testbed } from '../bin/command-line.ts';
import { layNodeSite } from './node-kit.ts';

const folder = scratch();
test.after(folder.remove);
const doubles = join(import.meta.dirname, '../doubles');

const order = (id: string) => ({ id, swarmId: null, parentId: null, task: null });
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error) => (isTestbedError(error) ? error.code : String(error)),
  );

/** Looks again until it is so, for 10 s at the most. */
async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const byMs = systemClock.now() + 10_000;
  while (!(await isSo())) {
    assert.ok(systemClock.now() < byMs, `${what}: not within 10 s`);
    await systemClock.sleep(20);
  }
}

async function standNodes(count: number) {
  const site = await layNodeSite({ bus: sqliteBus, storage: sqliteStorage }, 'none', count);
  return { ...(await openNodes(site, count)), close: () => site.undo.run(systemClock) };
}

test('a process that is stopped past its lease is refused by the storage when it wakes, and goes on as another', async () => {
  const stood = await standNodes(2);
  try {
    const [paused, heir] = stood.nodes as [(typeof stood.nodes)[number], (typeof stood.nodes)[number]];
    const agentAt = async (id: string): Promise<Agent> => (await heir.line.call('get', id)) as Agent;
    await paused.line.call('spawn', [order('a'), order('b'), order('c')]);
    const before = (await agentAt('a')).owner;
    await paused.pause();
    await eventually('it stands still', async () => readProcess(paused.pid)?.state === 'T');
    const late = [
      codeOf(paused.line.call('complete', 'a', null)),
      codeOf(paused.line.call('spawn', [order('late')])),
    ];
    await eventually(
      'its agents are taken over',
      async () => nodeOf((await agentAt('c')).owner ?? '') === 'node-2',
    );
    const taken = await agentAt('a');
    await paused.resume();
    assert.equal(await Promise.all(late), ['FENCED', 'FENCED']);
    assert.equal(await agentAt('a'), taken);
    assert.is(await heir.line.call('get', 'late'), null);
    const refused = stood.changes().filter(({ outcome }) => outcome === 'refused');
    assert.equal(refused.map(({ id, node }) => `${id} by ${node}`).sort(), ['a by node-1', 'late by node-1']);
    await eventually('it is another life', async () => {
      const { lease } = (await paused.line.call('stats')) as { lease: { owner: string } };
      return lease.owner !== before;
    });
    assert.is(await codeOf(paused.line.call('complete', 'b', null)), 'NOT_OWNER');
    await stood.sut.complete('b', null);
    assert.is((await agentAt('b')).status, 'completed');
  } finally {
    for (const failure of await stood.close()) process.stdout.write(`${failure}\n`);
  }
});

test('a node that ends in good order has handed over before it is gone', async () => {
  const stood = await standNodes(2);
  try {
    const [leaver, heir] = stood.nodes as [(typeof stood.nodes)[number], (typeof stood.nodes)[number]];
    await leaver.line.call('spawn', [order('a'), order('b')]);
    await leaver.stop();
    const owners = await Promise.all(
      ['a', 'b'].map(async (id) => nodeOf(((await heir.line.call('get', id)) as Agent).owner ?? '')),
    );
    assert.equal(owners, ['node-2', 'node-2']);
  } finally {
    for (const failure of await stood.close()) process.stdout.write(`${failure}\n`);
  }
});

/** The checks that failed in the drill of a split brain, played by one of the doubles, each with its evidence. */
async function failedBy(double: string): Promise<readonly string[]> {
  const output = join(folder.path, double);
  const file = join(import.meta.dirname, 'split-brain.yaml');
  const stack = `${join(doubles, double)}.ts+sqlite+sqlite`;
  await testbed(['run', file, '--stacks', stack, '--output', output]);
  const [record] = readRecords(resultIn(output));
  assert.ok(
    record?.faults.every(
      ({ confirmedAtMs, verifiedAtMs }) => confirmedAtMs !== null && verifiedAtMs !== null,
    ),
  );
  return (record?.checks ?? [])
    .filter(({ verdict }) => verdict === 'FAIL')
    .map(({ check, detail, evidence }) => [check, detail, ...evidence].join('; '));
}

test('a core without fencing is caught by the drill of a split brain, and its healthy twin is not', async () => {
  const caught = await failedBy('unfenced');
  assert.match(caught.join('\n'), /^(no-stranded|unique-spawn);/m);
  assert.equal(await failedBy('fenced'), []);
});

test.run();
