import type { Storage } from '../../core/storage.ts';
import type { SpawnOrder, SystemUnderTest } from '../../scenarios/sut.ts';
import { decorateSystem, everyNth } from './decorate.ts';

/** A core that, of every `every`-th agent it is asked for, stores that it is spawning and goes no further. */
export function strands(sut: SystemUnderTest, storage: Storage, every = 5): SystemUnderTest {
  const stuck = everyNth(every);
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
      for (const order of left) await insert(order);
      if (rest.length > 0) await sut.spawn(rest);
      return requests;
    },
  });
}
