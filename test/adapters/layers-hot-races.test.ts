/** Two nodes on one main and one hot store, each call of which takes a while by chance: what either may never read. */
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agent, next } from '../../adapters/conformance/storage/kit.ts';
import { keepHot } from '../../adapters/layers/index.ts';
import type { Agent } from '../../core/agent.ts';
import { createRandom, type Random } from '../../core/random.ts';
import type { AgentRepository, Storage } from '../../core/storage.ts';
import { decorateAgents } from '../doubles/decorate.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { openMemory } from './layers-kit.ts';

const freshMs = 40;

/** Every call waits before and after it is done: what was asked first may be done last, and answered later still. */
function hesitant(storage: Storage, random: Random, clock: FakeClock): Storage {
  const wait = async (): Promise<void> => {
    for (let turns = random.integer(0, 3); turns > 0; turns--) await turn();
    clock.elapse(0.1);
  };
  const slowly =
    <P extends unknown[], T>(call: (...parameters: P) => Promise<T>) =>
    async (...parameters: P): Promise<T> => {
      await wait();
      const answer = await call(...parameters);
      await wait();
      return answer;
    };
  return decorateAgents(storage, (agents) => ({
    insert: slowly((items) => agents.insert(items)),
    get: slowly((id) => agents.get(id)),
    update: slowly((items) => agents.update(items)),
    remove: slowly((ids) => agents.remove(ids)),
  }));
}

/** Changes agents at random; after each write that was taken, what it reads itself is no older. */
async function work(agents: AgentRepository, ids: readonly string[], random: Random): Promise<void> {
  for (let step = 0; step < 60; step++) {
    const id = ids[random.integer(0, ids.length - 1)] as string;
    const before = await agents.get(id);
    if (before === undefined || random.integer(0, 3) === 0) continue;
    const after = next(before, { attempt: before.attempt + 1 });
    const refused = await agents.update([after]);
    const seen = (await agents.get(id)) as Agent;
    if (refused.length === 0)
      assert.ok(seen.version >= after.version, `wrote ${after.version}, read ${seen.version}`);
    else assert.ok(seen.version > before.version, `refused at ${before.version}, read ${seen.version}`);
  }
}

for (let seed = 1; seed <= 20; seed++) {
  test(`no node reads back less than it wrote, and no change is lost (seed ${seed})`, async () => {
    const random = createRandom(seed);
    const clock = new FakeClock();
    const main = await openMemory();
    const hot = await openMemory();
    const node = (name: string): AgentRepository => {
      const slowMain = hesitant(main, random.fork(`${name} main`), clock);
      const slowHot = hesitant(hot, random.fork(`${name} hot`), clock);
      return keepHot(slowMain, slowHot, { name: 'memory', freshMs, clock }).port.agents;
    };
    const nodes = [node('one'), node('two')] as const;
    const ids = ['a', 'b', 'c'];
    await nodes[0].insert(ids.map((id) => agent(id)));
    const workers = nodes.flatMap((agents, index) =>
      [1, 2].map((worker) => work(agents, ids, random.fork(`worker ${index} ${worker}`))),
    );
    await Promise.all(workers);
    for (const id of ids) {
      const stored = (await main.agents.get(id)) as Agent;
      assert.is(stored.attempt, stored.version - 1);
    }
    clock.elapse(freshMs);
    for (const id of ids)
      for (const each of nodes) assert.equal(await each.get(id), await main.agents.get(id));
  });
}

test.run();
