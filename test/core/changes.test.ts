/** A copy of the agents kept by changes: what the node adds to the storage that tells them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestbedError } from '../../core/error.ts';
import type { AgentChanges, ChangeLog, PageRequest } from '../../core/storage.ts';
import { codeOf, stand } from './stand.ts';
import { TinyStorage } from './tiny-storage.ts';

const page = { limit: 10 };

/** Fails as told, call by call, then tells of nothing. */
class TinyChanges implements ChangeLog {
  readonly asked: PageRequest[] = [];
  readonly #failures: TestbedError[];

  constructor(failures: TestbedError[]) {
    this.#failures = failures;
  }

  async since(request: PageRequest): Promise<AgentChanges> {
    this.asked.push(request);
    const failure = this.#failures.shift();
    if (failure !== undefined) throw failure;
    return { changed: [], removed: [], next: 'there', more: false };
  }
}

test('a storage that cannot tell is said', async () => {
  const { orchestrator } = await stand();
  assert.is(await codeOf(() => orchestrator.changes(page)), 'UNSUPPORTED');
  await orchestrator.close();
});

test('a storage that cannot be reached is asked again; one that no longer knows is not', async () => {
  const changes = new TinyChanges([
    new TestbedError('UNAVAILABLE', 'not now'),
    new TestbedError('OUT_OF_RANGE', 'not any more'),
  ]);
  const { orchestrator, clock } = await stand({}, { storage: Object.assign(new TinyStorage(), { changes }) });
  const after = { ...page, after: 'here' };
  assert.is(await clock.play(codeOf(() => orchestrator.changes(after))), 'OUT_OF_RANGE');
  assert.equal(await orchestrator.changes(page), { changed: [], removed: [], next: 'there', more: false });
  assert.equal(changes.asked, [after, after, page]);
  await orchestrator.close();
  assert.is(await codeOf(() => orchestrator.changes(page)), 'CLOSED');
});

test.run();
