import type { AgentEvent } from '../../core/event.ts';
import type { Message } from '../../core/message.ts';
import type { AgentsRead, SystemUnderTest } from '../sut.ts';
import type { NodeLine } from './line.ts';

/** What a system need not have, and is asked for by name. */
export const optionalMethods = [
  'createSwarm',
  'get',
  'list',
  'count',
  'history',
  'changes',
  'forgetEnded',
  'stats',
] as const;
type Optional = (typeof optionalMethods)[number];

/** A system that runs in a node: whatever is asked of it is asked there. `able`: what it has of the optional methods. */
export function systemAt(line: NodeLine, able: readonly string[]): SystemUnderTest {
  const remote =
    (method: string) =>
    (...parameters: readonly unknown[]): Promise<unknown> =>
      line.call(method, ...parameters);
  const optional = Object.fromEntries(
    optionalMethods.filter((name) => able.includes(name)).map((name) => [name, remote(name)]),
  ) as Pick<SystemUnderTest, Optional>;
  const events = {
    publish: remote('events.publish') as (events: readonly AgentEvent[]) => Promise<void>,
    subscribe: (what, handler) => line.subscribe({ method: 'events.subscribe', what }, handler),
  } satisfies SystemUnderTest['events'];
  const counted = {
    ...events,
    get dropped(): number {
      return line.dropped;
    },
  };
  return {
    ...optional,
    spawn: remote('spawn') as SystemUnderTest['spawn'],
    pause: remote('pause'),
    resume: remote('resume'),
    complete: remote('complete'),
    fail: remote('fail'),
    kill: remote('kill'),
    events: able.includes('dropped') ? counted : events,
    messages: {
      publish: remote('messages.publish') as (messages: readonly Message[]) => Promise<void>,
      subscribe: (what, handler) => line.subscribe({ method: 'messages.subscribe', what }, handler),
    },
    agents: {
      find: remote('agents.find') as AgentsRead['find'],
      count: remote('agents.count') as AgentsRead['count'],
    },
    close: remote('close') as SystemUnderTest['close'],
  };
}
