import type { Bus, Subscription } from '../../core/bus.ts';
import { type AgentEvent, eventChannel } from '../../core/event.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { decorateSystem } from './decorate.ts';

/**
 * The same system, but every event subscriber has a subscription of its own at the bus, where our orchestrator has one
 * for all: so that a bus's own subscribers come and go with those of the scenario.
 */
export function bareEvents(sut: SystemUnderTest, bus: Bus): SystemUnderTest {
  return decorateSystem(sut, {
    events: {
      subscribe: ({ types }, handler): Promise<Subscription> =>
        bus.subscribe(eventChannel, {}, (messages) => {
          const events = messages as readonly AgentEvent[];
          const wanted = types === undefined ? events : events.filter(({ type }) => types.includes(type));
          if (wanted.length > 0) handler(wanted);
        }),
    },
  });
}
