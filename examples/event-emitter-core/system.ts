/** Drives the orchestrator beside it through the interface that Testbed's scenarios drive. */
import { type Agent, type AgentEvent, type Message, TestbedError } from 'testbed';
import type { AgentsRead, Closable, CreateSystem, SystemTraits } from 'testbed/system';
import { Inbox } from './inbox.ts';
import { Orchestrator, type Agent as OwnAgent, type State } from './orchestrator.ts';

/** The stack's bus and storage are left alone: an emitter and a Map, inside this process, gone with it. */
const own = { durability: ['none'], crossProcess: false, maxPayloadBytes: 512 * 1024 * 1024 };
export const systemTraits: SystemTraits = {
  bus: { ...own, order: 'channel', replay: 'none', redelivers: false, groups: false },
  storage: own,
};

interface Letter {
  readonly topic: string;
  readonly message: Message;
}

export const system: CreateSystem = async ({ clock }) => {
  const core = new Orchestrator<AgentEvent, Letter>(() => clock.now());
  let sequence = 0;

  const tell = (type: AgentEvent['type'], { id, swarmId, state }: OwnAgent): void => {
    const now = clock.now();
    const stamp = { producer: 0, sequence: ++sequence, at: now, sentAt: now };
    core.emit({ key: id, type, swarmId: swarmId ?? '', ...stamp, data: { status: state } });
  };
  const change = async (id: string, to: State, result: unknown = null): Promise<OwnAgent> => {
    if (!core.agents.has(id)) throw new TestbedError('NOT_FOUND', `no agent ${id}`);
    try {
      return core.change(id, to, result);
    } catch (cause) {
      throw new TestbedError('ILLEGAL_TRANSITION', (cause as Error).message, { cause });
    }
  };
  const end = async (id: string, to: State, result: unknown): Promise<void> => {
    tell(to === 'failed' ? 'error' : 'agent_complete', await change(id, to, result));
  };

  return {
    async spawn(orders) {
      const known = orders.find(({ id }) => core.agents.has(id));
      if (known !== undefined) throw new TestbedError('DUPLICATE', `agent ${known.id} exists already`);
      return orders.map((order) => {
        const agent = core.spawn(order);
        tell('agent_start', agent);
        return agent;
      });
    },
    pause: (id) => change(id, 'paused'),
    resume: (id) => change(id, 'running'),
    complete: (id, result) => end(id, 'completed', result),
    fail: (id, error) => end(id, 'failed', error),
    kill: (id) => end(id, 'killed', null),
    events: {
      async publish(events) {
        for (const event of events) core.emit(event);
      },
      async subscribe({ types }, handler): Promise<Closable> {
        const inbox = new Inbox(handler);
        const off = core.on(types, (event) => inbox.put(event));
        return { close: () => inbox.close(off) };
      },
    },
    messages: {
      async publish(messages) {
        for (const message of messages) core.send({ topic: message.key, message });
      },
      async subscribe(pattern, handler): Promise<Closable> {
        const off = core.onTopic(pattern, ({ message }) => handler([message]));
        return { close: async () => off() };
      },
    },
    createSwarm: async ({ id }) => id,
    agents: agentsOf(core.agents),
    close: async () => undefined,
  };
};

/** The agents as Testbed reads them: it looks through all of them every time. */
function agentsOf(agents: ReadonlyMap<string, OwnAgent>): AgentsRead {
  const matching = (filter: Parameters<AgentsRead['count']>[0]): Agent[] => {
    const wanted = Object.entries(filter) as [keyof Agent, unknown][];
    return [...agents.values()]
      .map(asTestbedHasIt)
      .filter((agent) => wanted.every(([field, value]) => agent[field] === value));
  };
  return {
    async find(filter, { after = '0', limit }) {
      const found = matching(filter);
      const next = Number(after) + limit;
      const items = found.slice(Number(after), next);
      return next < found.length ? { items, next: String(next) } : { items };
    },
    count: async (filter) => matching(filter).length,
  };
}

function asTestbedHasIt(agent: OwnAgent): Agent {
  const { id, swarmId, parentId, state, changes, startedAt, changedAt } = agent;
  return {
    id,
    status: state,
    version: changes,
    swarmId,
    parentId,
    owner: state === 'running' || state === 'paused' ? 'main' : null,
    attempt: 0,
    createdAt: startedAt,
    updatedAt: changedAt,
    task: agent.task as Agent['task'],
    session: null,
    result: agent.result as Agent['result'],
    error: null,
  };
}
