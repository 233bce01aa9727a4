import type { Storage } from '../../core/storage.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { decorateSystem, everyNth } from './decorate.ts';

/** A core in which every `every`-th agent that has completed runs again. */
export function leavesTerminalState(sut: SystemUnderTest, storage: Storage, every = 3): SystemUnderTest {
  const again = everyNth(every);
  return decorateSystem(sut, {
    async complete(id, result) {
      const done = await sut.complete(id, result);
      const agent = await storage.agents.get(id);
      if (agent !== undefined && again()) {
        await storage.agents.update([
          { ...agent, status: 'running', owner: 'main', version: agent.version + 1 },
        ]);
      }
      return done;
    },
  });
}
