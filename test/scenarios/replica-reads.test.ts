/** Which replica a read goes to, and what becomes of those that one does not answer. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryStorage } from '../../adapters/memory/index.ts';
import { redisStorage } from '../../adapters/redis/index.ts';
import { type ErrorCode, TestbedError } from '../../core/error.ts';
import { spreadReads } from '../../scenarios/run/replica-reads.ts';
import { unreplicated } from '../../scenarios/run/replicas.ts';
import { codeOf, event, storedAgent } from '../core/stand.ts';
import { TinyStorage } from '../core/tiny-storage.ts';

/** A storage with so many agents and events that an answer tells whose it is. */
function storageOf(count: number): TinyStorage {
  const storage = new TinyStorage();
  for (let index = 0; index < count; index++)
    storage.agentRows.set(`agent-${index}`, storedAgent(`agent-${index}`));
  storage.eventRows.push(...Array.from({ length: count }, () => event('agent-0')));
  return storage;
}

test('reads go to the replicas in turn, and none to the primary', async () => {
  const primary = storageOf(1);
  const { reads, facts } = spreadReads([storageOf(2), storageOf(3)], primary);
  const counts = [await reads.agents.count({}), await reads.agents.count({}), await reads.events.count()];
  assert.equal(counts, [2, 3, 2]);
  assert.is((await reads.agents.get('agent-2'))?.id, 'agent-2');
  assert.is(await reads.agents.get('agent-2'), undefined);
  assert.is(await reads.swarms.count({}), 0);
  assert.is(await reads.swarms.get('crew'), undefined);
  assert.equal(primary.calls, []);
  assert.equal(facts(), { readsByReplicas: 7, readsByPrimary: 0 });
});

test('a listing stays with the replica that it began on', async () => {
  const { reads } = spreadReads([storageOf(2), storageOf(5)], storageOf(1));
  await reads.agents.count({});
  const pages: number[] = [];
  let after: string | undefined;
  do {
    const page = await reads.agents.find({}, { limit: 2, ...(after && { after }) });
    pages.push(page.items.length);
    after = page.next;
  } while (after !== undefined);
  assert.equal(pages, [2, 2, 1]);
  const events = await reads.events.read({}, { limit: 1 });
  assert.is(
    (await reads.events.read({}, { limit: 9, ...(events.next && { after: events.next }) })).items.length,
    1,
  );
});

const answers: readonly (readonly [code: ErrorCode, comesTo: ErrorCode | 'none', by: number])[] = [
  ['UNAVAILABLE', 'none', 1],
  ['TIMEOUT', 'none', 1],
  // Of what it says about the question the primary would say the same.
  ['INVALID_ARGUMENT', 'INVALID_ARGUMENT', 0],
  ['CORRUPT', 'CORRUPT', 0],
];

for (const [code, comesTo, byPrimary] of answers) {
  test(`a replica that answers ${code}: ${comesTo === 'none' ? 'the primary is asked' : 'so it is'}`, async () => {
    const broken = storageOf(2);
    broken.before = () => {
      throw new TestbedError(code, 'as told');
    };
    const { reads, facts } = spreadReads([broken], storageOf(4));
    let count = 0;
    const code_ = await codeOf(async () => {
      count = await reads.agents.count({});
    });
    assert.equal([code_, count], [comesTo, byPrimary === 1 ? 4 : 0]);
    assert.equal(facts(), { readsByReplicas: 0, readsByPrimary: byPrimary });
  });
}

test('why a storage can have none is said in words', () => {
  assert.is(unreplicated(redisStorage, {}), null);
  assert.is(unreplicated(redisStorage, { postgres: { url: 'postgres://a' } }), null);
  assert.match(unreplicated(memoryStorage, {}) ?? '', /memory lives in our own process/);
  assert.match(unreplicated(redisStorage, { redis: { url: 'redis://a' } }) ?? '', /somebody's/);
  const { replicate, ...foreign } = redisStorage;
  assert.type(replicate, 'function');
  assert.match(unreplicated(foreign, {}) ?? '', /knows no replicas/);
});

test.run();
