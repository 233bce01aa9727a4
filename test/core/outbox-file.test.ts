/** What waits for the bus outlives the process of an orchestrator that keeps it in a file. */
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestbedError } from '../../core/error.ts';
import type { AgentEvent } from '../../core/event.ts';
import { Outbox } from '../../core/lifecycle/outbox.ts';
import { OutboxFile } from '../../core/lifecycle/outbox-file.ts';
import { createRandom } from '../../core/random.ts';
import { scratch } from '../bin/command-line.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { codeOf, event, type Stand, settle, stand } from './stand.ts';
import type { TinyStorage } from './tiny-storage.ts';

const folder = scratch();
test.after(() => folder.remove());
let files = 0;
const newPath = (): string => join(folder.path, `outbox-${++files}.ndjson`);

function takesNothing({ bus }: Stand): void {
  bus.before = () => {
    throw new TestbedError('UNAVAILABLE', 'down');
  };
}

/** One that spawned one agent and ended another while its bus took nothing, and was killed then: nothing of it happens any more. */
async function killed(outboxFile: string | null): Promise<TinyStorage> {
  const first = await stand({ dualWrite: 'sweep', outboxFile });
  await first.orchestrator.spawn([{ id: 'old' }]);
  await settle();
  takesNothing(first);
  await first.orchestrator.spawn([{ id: 'new' }]);
  await first.orchestrator.complete('old');
  await settle();
  assert.is(first.orchestrator.stats().outbox.waiting, 2);
  return first.storage;
}

const told = ({ bus }: Stand) => bus.published.map(({ key, type }) => `${type} ${key}`);

test('killed with events that wait: its next life tells them, as they were, and only these', async () => {
  const outboxFile = newPath();
  const storage = await killed(outboxFile);
  const kept = new OutboxFile(outboxFile);
  kept.close();
  const next = await stand({ dualWrite: 'sweep', outboxFile }, { storage });
  await settle();
  assert.equal(told(next), ['agent_start new', 'agent_complete old']);
  assert.equal(
    next.bus.published.map(({ sequence, at }) => [sequence, at]),
    kept.left.map(({ sequence, at }) => [sequence, at]),
  );
  await next.orchestrator.close();
  assert.equal(new OutboxFile(outboxFile).left, []);
});

test('in memory they are gone with it', async () => {
  const next = await stand({ dualWrite: 'sweep' }, { storage: await killed(null) });
  await settle();
  assert.equal(told(next), []);
});

test('closed before the bus took them: not lost, but left to the next life', async () => {
  const outboxFile = newPath();
  const first = await stand({ dualWrite: 'sweep', outboxFile, closeWithinMs: 50 });
  takesNothing(first);
  await first.orchestrator.spawn([{ id: 'a' }]);
  await first.clock.play(first.orchestrator.close());
  assert.equal(first.orchestrator.stats().outbox, { waiting: 1, lost: 0 });
  const next = await stand({ outboxFile });
  await settle();
  assert.equal(told(next), ['agent_start a']);
});

test('a file is empty whenever nothing waits, and holds what does otherwise', () => {
  const path = newPath();
  const [a, b, c] = [event('a'), event('b'), event('c')];
  const file = new OutboxFile(path);
  file.add([a, b]);
  file.told(1, [b]);
  file.add([c]);
  // A copy: who opens a file of somebody who still writes takes it away from him.
  copyFileSync(path, `${path}.copy`);
  assert.equal(new OutboxFile(`${path}.copy`).left, [b, c]);
  file.told(2, []);
  assert.is(readFileSync(path, 'utf8').length, 0);
});

test('a last line that was torn is none; a line that never was one is refused', async () => {
  const path = newPath();
  new OutboxFile(path).add([event('a')]);
  appendFileSync(path, '[{"key":"b","ty');
  assert.equal(
    new OutboxFile(path).left.map(({ key }) => key),
    ['a'],
  );
  writeFileSync(path, '[]\n{"not":"ours"}\n');
  assert.is(await codeOf(async () => new OutboxFile(path)), 'CORRUPT');
  assert.is(await codeOf(() => stand({ outboxFile: path })), 'CORRUPT');
});

test('what cannot be kept waits in memory all the same, and is reported', async () => {
  const published: AgentEvent[] = [];
  const reported: string[] = [];
  const full = (): never => {
    throw new Error('no space left on device');
  };
  const outbox = new Outbox({
    publish: async (events) => void published.push(...events),
    clock: new FakeClock(),
    random: createRandom(1),
    backoff: { baseMs: 1, factor: 1, maxMs: 1, jitter: 0 },
    limit: 10,
    sweep: true,
    batch: 10,
    keep: { outlives: true, left: [], add: full, told: full, close: () => {} },
    report: (_error, doing) => void reported.push(doing),
  });
  outbox.add([event('a')]);
  await settle();
  assert.equal([published.length, outbox.waiting, outbox.lost], [1, 0, 0]);
  assert.equal(new Set(reported), new Set(['keeping lifecycle events that wait for the bus']));
});

test.run();
