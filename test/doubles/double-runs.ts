import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { decorateSystem, everyNth } from './decorate.ts';

/** A core that starts every `every`-th agent a second time. */
export function doubleRuns(sut: SystemUnderTest, every = 5): SystemUnderTest {
  const again = everyNth(every);
  let sequence = 1_000_000;
  return decorateSystem(sut, {
    async spawn(requests) {
      const agents = await sut.spawn(requests);
      for (const { id } of agents.filter(() => again())) {
        const times = { at: 0, sentAt: 0 };
        await sut.events.publish([
          {
            type: 'agent_start',
            key: id,
            swarmId: '',
            producer: 0,
            sequence: ++sequence,
            ...times,
            data: null,
          },
        ]);
      }
      return agents;
    },
  });
}
