import type { AgentEvent } from '../../../core/event.ts';
import type { SystemUnderTest } from '../../../scenarios/sut.ts';
import { decorateSystem } from '../decorate.ts';
import { fillsCache } from './fills-cache.ts';
import { keepsClosures } from './keeps-closures.ts';
import { keepsListeners } from './keeps-listeners.ts';
import { keepsLog } from './keeps-log.ts';
import { keepsMap } from './keeps-map.ts';

/** What holds on to something for every event that passes, or lets go of it again: its healthy twin. */
export type Habit = (letsGo: boolean) => (event: AgentEvent) => void;

/** Each leaks 100 to 300 bytes an event. */
export const leaks: { readonly [name: string]: Habit } = {
  listeners: keepsListeners,
  log: keepsLog,
  map: keepsMap,
  closures: keepsClosures,
};

/** What grows, and is no leak. */
export const fills: Habit = fillsCache;

/** The system, with that habit for every event that is published. */
export function withHabit(sut: SystemUnderTest, habit: ReturnType<Habit>): SystemUnderTest {
  const publish: SystemUnderTest['events']['publish'] = async (events) => {
    await sut.events.publish(events);
    for (const event of events) habit(event);
  };
  return decorateSystem(sut, { events: { publish } });
}
