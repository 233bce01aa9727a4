import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryStorage } from '../../adapters/memory/index.ts';
import type { Agent } from '../../core/agent.ts';
import { type ErrorCode, TestbedError } from '../../core/error.ts';
import type { AgentRepository } from '../../core/storage.ts';
import { ControlLog } from '../../scenarios/run/control-log.ts';
import { observeStorage } from '../../scenarios/run/observe-storage.ts';
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

const directory = mkdtempSync(join(tmpdir(), 'testbed-log-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));
let logs = 0;

async function setUp(faults: (agents: AgentRepository) => Partial<AgentRepository> = () => ({})) {
  const clock = new FakeClock();
  const path = join(directory, `${logs++}.ndjson`);
  const log = new ControlLog(clock, path);
  const place = { directory: tmpdir(), namespace: 'n', durability: 'none', options: {} };
  const { port } = await memoryStorage.open(place);
  const { agents } = observeStorage(decorateAgents(port, faults), log);
  const entries = async () => {
    await log.close();
    return log.read();
  };
  const lines = async (): Promise<string[]> =>
    (await entries()).map(({ operation, id, version, status, outcome }) =>
      [operation, id, version, status, outcome].filter((part) => part !== undefined).join(' '),
    );
  return { clock, log, path, agents, entries, lines };
}

test('every change is noted as it was answered, and when', async () => {
  const { clock, agents, entries, lines } = await setUp();
  await agents.insert([agent]);
  clock.elapse(1.5);
  await agents.update([
    { ...agent, version: 2, status: 'running' },
    { ...agent, id: 'b', version: 2 },
  ]);
  await agents.remove(['a']);
  assert.equal(await lines(), [
    'insert a 1 spawning done',
    'update a 2 running done',
    'update b 2 spawning conflict',
    'remove a done',
  ]);
  assert.equal(
    (await entries()).map(({ atMs }) => atMs),
    [0.001, 1.501, 1.501, 1.503],
  );
});

test('when it was asked for and when it was answered', async () => {
  const { clock, agents, entries } = await setUp((bare) => ({
    async update(items) {
      clock.elapse(5);
      return bare.update(items);
    },
  }));
  await agents.insert([agent]);
  clock.elapse(1);
  await agents.update([{ ...agent, version: 2, status: 'running' }]);
  assert.equal(
    (await entries()).map(({ calledMs, atMs }) => [calledMs, atMs]),
    [
      [0, 0.001],
      [1, 6],
    ],
  );
});

test('what has no answer when the log is closed is unknown, and stays it', async () => {
  const answer = Promise.withResolvers<readonly string[]>();
  const { clock, agents, entries, lines } = await setUp(() => ({ update: () => answer.promise }));
  const asked = agents.update([
    { ...agent, version: 2, status: 'running' },
    { ...agent, id: 'b', version: 3 },
  ]);
  clock.elapse(2);
  assert.equal(
    (await entries()).map(({ id, outcome, calledMs, atMs }) => [id, outcome, calledMs, atMs]),
    [
      ['a', 'unknown', 0, 2],
      ['b', 'unknown', 0, 2],
    ],
  );
  answer.resolve([]);
  await asked;
  assert.is((await lines()).length, 2);
});

test('reading is not noted', async () => {
  const { agents, lines } = await setUp();
  await agents.get('a');
  await agents.find({}, { limit: 10 });
  await agents.count({});
  assert.equal(await lines(), []);
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
    assert.equal(await lines(), [
      `insert a 1 spawning ${outcome}`,
      `update a 1 spawning ${outcome}`,
      `remove a ${outcome}`,
    ]);
  });
}

test('is in the file while it grows, one document a line, and is read back from there', async () => {
  const { log, path, agents, entries } = await setUp();
  const many = (round: number): Agent[] =>
    Array.from({ length: 2000 }, (_, index) => ({ ...agent, id: `agent-${round}-${index}` }));
  await agents.insert(many(1));
  const size = (): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  for (let tries = 0; tries < 10_000 && size() < 100_000; tries++) await nextTurn();
  assert.ok(size() >= 100_000, 'written before it is closed');
  await agents.insert(many(2));
  const read = await entries();
  const written = readFileSync(path, 'utf8').trimEnd().split('\n');
  assert.equal(
    written.map((line) => JSON.parse(line)),
    read,
  );
  assert.equal([read.length, read.at(-1)?.id], [4000, 'agent-2-1999']);
  await log.close();
});

test('a file that cannot be written is said when it is closed, each time, and never before', async () => {
  const log = new ControlLog(new FakeClock(), join(directory, 'none', 'control.ndjson'));
  log.noteSpawn('a');
  await nextTurn();
  for (let index = 0; index < 1000; index++) log.noteSpawn('a');
  for (let times = 0; times < 2; times++) {
    const code = await log.close().then(
      () => null,
      (error: NodeJS.ErrnoException) => error.code,
    );
    assert.is(code, 'ENOENT');
  }
});

test.run();
