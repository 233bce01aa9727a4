/** Updates of many rows at once mean what updates of each by itself mean: the memory storage is asked the same. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryStorage } from '../../adapters/memory/index.ts';
import { sqliteStorage } from '../../adapters/sqlite/index.ts';
import { type Agent, agentStatuses } from '../../core/agent.ts';
import type { Json } from '../../core/message.ts';
import { createRandom, type Random } from '../../core/random.ts';
import type { AgentRepository } from '../../core/storage.ts';
import { inDirectory, placeIn } from './sqlite-kit.ts';

const agentCount = 60;

const agentAt = (index: number): Agent => ({
  id: `agent-${index}`,
  status: 'running',
  version: 1,
  swarmId: `swarm-${index % 3}`,
  parentId: null,
  owner: 'main',
  attempt: 0,
  createdAt: 1,
  updatedAt: 1,
  task: 'to do',
  session: null,
  result: null,
  error: null,
});

async function withBoth(work: (both: readonly AgentRepository[]) => Promise<void>): Promise<void> {
  await inDirectory(async (directory) => {
    const sqlite = await sqliteStorage.open(placeIn(directory));
    const memory = await memoryStorage.open(placeIn(directory));
    const both = [memory.port.agents, sqlite.port.agents];
    for (const agents of both) {
      await agents.insert(Array.from({ length: agentCount }, (_, index) => agentAt(index)));
    }
    await work(both);
    await sqlite.close();
    await memory.close();
  });
}

/** Asks both for the same update: what is refused and what is then stored must agree. */
async function agreeOn(
  both: readonly AgentRepository[],
  items: readonly Agent[],
): Promise<readonly string[]> {
  const [refused = [], refusedBySqlite] = await Promise.all(both.map((agents) => agents.update(items)));
  assert.equal(refusedBySqlite, refused);
  const [expected, stored] = await Promise.all(both.map((agents) => agents.find({}, { limit: 1_000 })));
  assert.equal(stored?.items, expected?.items);
  return refused;
}

const all = Array.from({ length: agentCount }, (_, index): Agent => ({ ...agentAt(index), version: 2 }));
const changed = (at: number, change: Partial<Agent>): readonly Agent[] =>
  all.map((agent, index) => (index === at ? { ...agent, ...change } : agent));

for (const [what, items, refused] of [
  ['all of them as expected', all, []],
  ['one of a version that is not stored', changed(25, { version: 3 }), ['agent-25']],
  ['one that is stored already', changed(25, { version: 1 }), ['agent-25']],
  ['one that is gone', changed(25, { id: 'nobody' }), ['nobody']],
  ['one that moves to another owner', changed(25, { owner: 'other' }), []],
  ['one that nobody owns any more', changed(25, { owner: null }), []],
  ['one with a result', changed(25, { result: { is: ['json'] } }), []],
  ['one twice, the same change', changed(25, { id: 'agent-24' }), ['agent-24']],
  ['one twice, a change after the other', changed(25, { id: 'agent-24', version: 3 }), []],
  ['one twice, a change before the other', changed(24, { id: 'agent-25', version: 3 }), ['agent-25']],
] as const) {
  test(`${what}, among ${agentCount}: refused ${refused.join() || 'none'}`, () =>
    withBoth(async (both) => assert.equal(await agreeOn(both, items), refused)));
}

test('any updates, of any size: sqlite and memory agree', () =>
  withBoth(async (both) => {
    const random = createRandom(7);
    const versions = Array.from({ length: agentCount }, () => 1);
    for (let round = 0; round < 40; round++) {
      const items = Array.from({ length: random.integer(0, 90) }, (_, at) => {
        const index = random.next() < 0.9 ? at % agentCount : random.integer(0, agentCount - 1);
        const version = random.next() < 0.02 ? random.integer(1, 9) : (versions[index] as number) + 1;
        return lived(random, index, version);
      });
      await agreeOn(both, items);
      const { items: stored } = await (both[0] as AgentRepository).find({}, { limit: 1_000 });
      stored.forEach(({ version }, index) => {
        versions[index] = version;
      });
    }
  }));

/** An agent somewhere in its life; most are much like the others. */
function lived(random: Random, index: number, version: number): Agent {
  const rarely = <T>(value: T, usually: T): T => (random.next() < 0.05 ? value : usually);
  return {
    ...agentAt(index),
    version,
    status: rarely(random.pick(agentStatuses), 'paused'),
    swarmId: rarely<string | null>(null, `swarm-${index % 3}`),
    parentId: rarely<string | null>('parent', null),
    owner: rarely<string | null>(null, rarely('other', 'main')),
    updatedAt: version,
    session: rarely<Json>({ round: version }, 'so far'),
    result: rarely<Json>('\ud800', null),
    error: rarely<string | null>('why', null),
  };
}

test.run();
