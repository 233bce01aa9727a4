/** A copy of all agents: brought up to date by either way, begun again when it must be, and held against what is stored. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryStorage } from '../../adapters/memory/index.ts';
import type { Agent } from '../../core/agent.ts';
import { TestbedError } from '../../core/error.ts';
import type { AgentChanges, PageRequest, Storage } from '../../core/storage.ts';
import { AgentCopy, uncopied } from '../../scenarios/load/agent-copy.ts';
import { bringLastCopy } from '../../scenarios/run/last-copy.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { storedAgent } from '../core/stand.ts';

const place = { directory: '.', namespace: 'copy', durability: 'none', options: {} };
const agents = (count: number): Agent[] =>
  Array.from({ length: count }, (_, index) => storedAgent(`agent-${index}`, { version: 1 }));

/** As much of a system as a copy asks. */
function systemOn({ agents: repository, changes }: Storage): SystemUnderTest {
  const system: Partial<SystemUnderTest> = {
    list: (filter, page) => repository.find(filter, page),
    changes: (page) => changes?.since(page) as Promise<AgentChanges>,
  };
  return system as SystemUnderTest;
}

const openMemory = async (): Promise<Storage> => (await memoryStorage.open(place)).port;

const all = async ({ agents: repository }: Storage): Promise<readonly Agent[]> =>
  (await repository.find({}, { limit: 10_000 })).items;

for (const by of ['listing', 'changes'] as const) {
  test(`by ${by}: over several pages, what was changed, added and removed`, async () => {
    const storage = await openMemory();
    await storage.agents.insert(agents(2_500));
    const copy = new AgentCopy(systemOn(storage), by);
    await copy.bringUpToDate();
    assert.is(copy.difference(await all(storage)), null);
    await storage.agents.update([storedAgent('agent-7', { version: 2 })]);
    await storage.agents.remove(['agent-9']);
    await storage.agents.insert([storedAgent('another', { version: 1 })]);
    assert.match(
      copy.difference(await all(storage)) ?? '',
      '3 of 2500 agents are others in the copy: agent-7 (version 2, in the copy 1), another (version 1, in the copy none), agent-9 (version none, in the copy 1)',
    );
    await Promise.all([copy.bringUpToDate(), copy.bringUpToDate()]);
    assert.is(copy.difference(await all(storage)), null);
  });
}

test('what can no longer be told is asked for from the beginning, once', async () => {
  const asked: (string | undefined)[] = [];
  const changes = async ({ after }: PageRequest): Promise<AgentChanges> => {
    asked.push(after);
    if (asked.length === 2) throw new TestbedError('OUT_OF_RANGE', 'not any more');
    const changed = asked.length === 1 ? agents(2) : agents(1);
    return { changed, removed: [], next: `after ${asked.length}`, more: false };
  };
  const copy = new AgentCopy({ changes } as Partial<SystemUnderTest> as SystemUnderTest, 'changes');
  await copy.bringUpToDate();
  await copy.bringUpToDate();
  assert.equal(asked, [undefined, 'after 1', undefined]);
  assert.is(copy.difference(agents(1)), null, 'what it knew before is forgotten');
});

test('a copy that is wrong at the end fails; one that could not be brought up to date decides nothing', async () => {
  const storage = await openMemory();
  await storage.agents.insert(agents(3));
  const told = await bringLastCopy(new AgentCopy(systemOn(storage), 'changes'));
  assert.equal(told(await all(storage)), []);
  const [finding] = told((await all(storage)).slice(1));
  assert.equal([finding?.verdict, finding?.about], ['FAIL', 'copy']);
  const gone = {
    ...systemOn(storage),
    changes: () => Promise.reject(new TestbedError('UNAVAILABLE', 'gone')),
  };
  const [unknown] = (await bringLastCopy(new AgentCopy(gone, 'changes')))([]);
  assert.equal([unknown?.verdict, unknown?.about], ['INCONCLUSIVE', 'copy']);
  assert.equal((await bringLastCopy(null))([]), []);
});

test('a storage that cannot tell of changes keeps no copy by them', () => {
  const { changes: _, ...silent } = memoryStorage.traits;
  const untold = { name: 'silent', traits: silent };
  assert.is(uncopied('changes', untold), 'storage silent cannot tell what has changed since');
  assert.is(uncopied('listing', untold), null);
  assert.is(uncopied('changes', memoryStorage), null);
});

test.run();
