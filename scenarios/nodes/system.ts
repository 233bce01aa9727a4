import type { Clock } from '../../core/clock.ts';
import { isTestbedError, TestbedError } from '../../core/error.ts';
import type { AgentEvent } from '../../core/event.ts';
import { optionalMethods } from '../node/system.ts';
import type { AgentsRead, SpawnOrder, SystemUnderTest } from '../sut.ts';
import type { Member } from './member.ts';
import { elsewhere, Owners } from './owners.ts';
import { PatientAsk } from './patient-ask.ts';
import { WaysIn } from './ways-in.ts';

/** Several orchestrators on one stack, used as one: as clients do that know all of them. */
export function systemOfNodes(members: readonly Member[], clock: Clock): SystemUnderTest {
  const asking = new PatientAsk(clock);
  const owners = new Owners(members, asking, clock);
  const ways = { events: new WaysIn(members), messages: new WaysIn(members) };
  const subscribers = { events: roundOf(members), messages: roundOf(members) };
  const anybody = roundOf(members, (member) => asking.isUsable(member));
  const askAnybody =
    (method: string) =>
    (...parameters: readonly unknown[]): Promise<unknown> =>
      asking.ask(anybody(), method, ...parameters);
  const ending =
    (method: 'complete' | 'fail' | 'kill') =>
    async (id: string, ...parameters: readonly unknown[]): Promise<void> => {
      await owners.ask(id, method, ...parameters);
      owners.forget(id);
    };
  const [{ able = [] } = {}] = members;
  const optional = Object.fromEntries(
    optionalMethods.filter((name) => able.includes(name)).map((name) => [name, askAnybody(name)]),
  ) as Pick<SystemUnderTest, (typeof optionalMethods)[number]>;

  return {
    ...optional,
    spawn: (orders) => spawnSomewhere(orders, owners, asking),
    pause: (id) => owners.ask(id, 'pause'),
    resume: (id) => owners.ask(id, 'resume'),
    complete: ending('complete'),
    fail: ending('fail'),
    kill: ending('kill'),
    events: {
      get dropped(): number {
        return members.reduce((sum, { line }) => sum + line.dropped, 0);
      },
      publish: (events: readonly AgentEvent[]) => ways.events.publish('events.publish', events),
      async subscribe(what, handler) {
        const member = subscribers.events();
        const { close } = await member.line.subscribe({ method: 'events.subscribe', what }, handler);
        return { close, near: (producer) => ways.events.isBy(producer, member) };
      },
    },
    messages: {
      publish: (messages) => ways.messages.publish('messages.publish', messages),
      subscribe: (what, handler) =>
        subscribers.messages().line.subscribe({ method: 'messages.subscribe', what }, handler),
    },
    agents: {
      find: askAnybody('agents.find') as AgentsRead['find'],
      count: askAnybody('agents.count') as AgentsRead['count'],
    },
    /** All at once: nobody takes over from those that end together. */
    async close() {
      await Promise.all(members.filter(({ line }) => line.isReady).map(({ line }) => line.call('close')));
    },
  };
}

/** Where the node that is asked says that it has not, another is. */
async function spawnSomewhere(
  orders: readonly SpawnOrder[],
  owners: Owners,
  asking: PatientAsk,
): ReturnType<SystemUnderTest['spawn']> {
  const asked = new Set<Member>();
  for (let member = owners.least(); ; member = owners.least(asked)) {
    try {
      const spawned = (await asking.ask(member, 'spawn', orders)) as Awaited<
        ReturnType<SystemUnderTest['spawn']>
      >;
      for (const { id } of spawned) owners.settle(id, member);
      return spawned;
    } catch (error) {
      asked.add(member);
      if (!isTestbedError(error, ...elsewhere) || !owners.hasOther(asked)) throw error;
    }
  }
}

/** One after another, those left out that cannot be had. */
function roundOf(
  members: readonly Member[],
  isUsable: (member: Member) => boolean = ({ line }) => line.isReady,
): () => Member {
  let turn = 0;
  return () => {
    for (let count = 0; count < members.length; count++) {
      const member = members[turn++ % members.length] as Member;
      if (isUsable(member)) return member;
    }
    throw new TestbedError('UNAVAILABLE', 'no node answers');
  };
}
