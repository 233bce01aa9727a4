import type { Storage } from '../../core/storage.ts';
import type { SpawnOrder, SystemUnderTest } from '../../scenarios/sut.ts';
import { decorateSystem, everyNth } from './decorate.ts';

/** A core that, of every `every`-th agent it is asked for, stores that it is spawning, tells everybody that it started, and goes no further. */
export function strands(sut: SystemUnderTest, storage: Storage, every = 5): SystemUnderTest {
  const stuck = everyNth(every);
  let sequence = 1_000_000;
  const announce = (id: string): Promise<void> => {
    const numbers = { producer: 0, sequence: ++sequence, at: 0, sentAt: 0 };
    return sut.events.publish([{ type: 'agent_start', key: id, swarmId: '', ...numbers, data: null }]);
  };
  const insert = ({ id, swarmId, parentId, task }: SpawnOrder): Promise<void> =>
    storage.agents.insert([
      {
        id,
        swarmId,
        parentId,
        task,
        status: 'spawning',
        version: 1,
        owner: 'main',
        attempt: 0,
        createdAt: 0,
        updatedAt: 0,
        session: null,
        result: null,
        error: null,
      },
    ]);
  return decorateSystem(sut, {
    async spawn(requests) {
      const left = requests.filter(() => stuck());
      const rest = requests.filter((request) => !left.includes(request));
      for (const order of left) {
        await insert(order);
        await announce(order.id);
      }
      if (rest.length > 0) await sut.spawn(rest);
      return requests;
    },
  });
}
