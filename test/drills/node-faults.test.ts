/** An orchestrator in a process of its own: what is done to it shows and is gone again, and what it was told outlives it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sqliteBus, sqliteStorage } from '../../adapters/sqlite/index.ts';
import { readProcess } from '../../chaos/process/proc.ts';
import { isTestbedError } from '../../core/error.ts';
import type { AgentEvent } from '../../core/event.ts';
import { until } from '../bin/command-line.ts';
import { observableThenGone } from '../chaos/fault-kit.ts';
import { standNode } from './node-kit.ts';

const stood = await standNode();
test.after(async () => assert.equal(await stood.close(), []));
const { node, surroundings } = stood;
const target = { kind: 'node', node } as const;
const clock = { kind: 'clock', clock: surroundings.orchestratorClock } as const;

for (const [fault, options] of [
  ['kill', {}],
  ['terminate', {}],
  ['pause', {}],
  ['restart', {}],
  ['crash-loop', { every: 100 }],
] as const) {
  test(`${fault} of a node shows and is gone`, () => observableThenGone(fault, target, options));
}

for (const [fault, options] of [
  ['clock-jump', { by: 3_600_000 }],
  ['clock-strobe', { by: 3_600_000, every: 50 }],
  ['clock-skew', { rate: 2 }],
] as const) {
  test(`${fault} of its clock shows and is gone`, () => observableThenGone(fault, clock, options));
}

test('each life is a process of its own, and none but the last is there', () => {
  const pids = [...node.pids];
  assert.ok(pids.length >= 5);
  assert.is(new Set(pids).size, pids.length);
  assert.equal(
    pids.filter((pid) => readProcess(pid) !== null),
    [node.pid],
  );
});

const event = (sequence: number): AgentEvent => ({
  type: 'text_delta',
  key: 'agent',
  swarmId: '',
  producer: 1,
  sequence,
  at: 0,
  sentAt: 0,
  data: null,
});

test('on a stack that outlives it agents are there again, and what a handler was at is handed over again', async () => {
  const durable = await standNode({ bus: sqliteBus, storage: sqliteStorage }, 'process-crash');
  const { sut } = durable;
  try {
    await sut.spawn([{ id: 'agent', swarmId: null, parentId: null, task: null }]);
    await sut.pause('agent');
    const seen: number[] = [];
    await sut.events.subscribe({ types: ['text_delta'] }, (events) => {
      seen.push(...events.map(({ sequence }) => sequence));
      // The first life gets no answer.
      return durable.node.pids.length === 1 ? new Promise((resolve) => setTimeout(resolve, 100)) : undefined;
    });
    await sut.events.publish([event(1)]);
    await until('the first is handed over', () => seen.length === 1);
    await sut.events.publish([event(2)]);
    await durable.node.kill();
    const refused = await sut.resume('agent').catch((error: unknown) => error);
    assert.ok(isTestbedError(refused, 'UNAVAILABLE'));
    await durable.node.start();
    await until('both are handed over', () => seen.includes(2));
    assert.equal(seen, [1, 1, 2]);
    await sut.resume('agent');
    const { items = [] } = (await sut.agents?.find({}, { limit: 10 })) ?? {};
    assert.equal(
      items.map(({ id, status }) => [id, status]),
      [['agent', 'running']],
    );
    assert.ok(durable.changes().some(({ id, outcome }) => id === 'agent' && outcome === 'done'));
  } finally {
    assert.equal(await durable.close(), []);
  }
});

test.run();
