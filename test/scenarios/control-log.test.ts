import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryStorage } from '../../adapters/memory/index.ts';
import type { Agent } from '../../core/agent.ts';
import { type ErrorCode, TestbedError } from '../../core/error.ts';
import type { AgentRepository } from '../../core/storage.ts';
import { ControlLog, observeStorage } from '../../scenarios/run/control-log.ts';
import { decorateAgents } from '../doubles/decorate.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

const agent: Agent = {
  id: 'a',
  status: 'spawning',
  version: 1,
  owner: null,
  swarmId: null,
  parentId: null,
  attempt: 0,
  createdAt: 0,
  updatedAt: 0,
  task: null,
  session: null,
  result: null,
  error: null,
};

async function setUp(faults: (agents: AgentRepository) => Partial<AgentRepository> = () => ({})) {
  const clock = new FakeClock();
  const log = new ControlLog(clock);
  const place = { directory: tmpdir(), namespace: 'n', durability: 'none', options: {} };
  const { port } = await memoryStorage.open(place);
  const { agents } = observeStorage(decorateAgents(port, faults), log);
  const lines = (): string[] =>
    log.entries.map(({ operation, id, version, status, outcome }) =>
      [operation, id, version, status, outcome].filter((part) => part !== undefined).join(' '),
    );
  return { clock, log, agents, lines };
}

test('every change is noted as it was answered, and when', async () => {
  const { clock, log, agents, lines } = await setUp();
  await agents.insert([agent]);
  clock.elapse(1.5);
  await agents.update([
    { ...agent, version: 2, status: 'running' },
    { ...agent, id: 'b', version: 2 },
  ]);
  await agents.remove(['a']);
  assert.equal(lines(), [
    'insert a 1 spawning done',
    'update a 2 running done',
    'update b 2 spawning refused',
    'remove a done',
  ]);
  assert.equal(
    log.entries.map(({ atMs }) => atMs),
    [0, 1.5, 1.5, 1.5],
  );
});

test('reading is not noted', async () => {
  const { agents, lines } = await setUp();
  await agents.get('a');
  await agents.find({}, { limit: 10 });
  await agents.count({});
  assert.equal(lines(), []);
});

const failures: readonly (readonly [ErrorCode | null, 'refused' | 'unknown'])[] = [
  ['UNAVAILABLE', 'refused'],
  ['DUPLICATE', 'refused'],
  ['FULL', 'refused'],
  ['CLOSED', 'refused'],
  ['TIMEOUT', 'unknown'],
  ['CORRUPT', 'unknown'],
  [null, 'unknown'],
];
for (const [code, outcome] of failures) {
  test(`${code ?? 'an error that nobody translated'} is ${outcome}, for every kind of change`, async () => {
    const fail = async (): Promise<never> => {
      throw code === null ? new Error('no') : new TestbedError(code, 'no');
    };
    const { agents, lines } = await setUp(() => ({ insert: fail, update: fail, remove: fail }));
    for (const change of [agents.insert([agent]), agents.update([agent]), agents.remove(['a'])]) {
      const error = await change.then(
        () => null,
        (reason: Error) => reason.message,
      );
      assert.is(error, 'no');
    }
    assert.equal(lines(), [
      `insert a 1 spawning ${outcome}`,
      `update a 1 spawning ${outcome}`,
      `remove a ${outcome}`,
    ]);
  });
}

test('is written as one document a line', async () => {
  const { log, agents } = await setUp();
  await agents.insert(Array.from({ length: 2000 }, (_, index) => ({ ...agent, id: `agent-${index}` })));
  const directory = mkdtempSync(join(tmpdir(), 'testbed-log-'));
  try {
    const path = join(directory, 'control.ndjson');
    await log.write(path);
    const written = readFileSync(path, 'utf8').trimEnd().split('\n');
    assert.equal(
      written.map((line) => JSON.parse(line)),
      log.entries,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test.run();
