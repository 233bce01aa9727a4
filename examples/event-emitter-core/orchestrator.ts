/**
 * An orchestrator as they begin: agents in a Map, an EventEmitter for whoever wants to know, and a log of everything
 * that was ever emitted. It knows nothing of Testbed.
 */
import { EventEmitter } from 'node:events';

export type State = 'running' | 'paused' | 'completed' | 'failed' | 'killed';

export interface Agent {
  readonly id: string;
  readonly swarmId: string | null;
  readonly parentId: string | null;
  readonly task: unknown;
  readonly startedAt: number;
  state: State;
  result: unknown;
  changedAt: number;
  changes: number;
}

export interface Happening {
  readonly type: string;
}

export interface Letter {
  readonly topic: string;
}

const follows: { readonly [from in State]: readonly State[] } = {
  running: ['paused', 'completed', 'failed', 'killed'],
  paused: ['running', 'failed', 'killed'],
  completed: [],
  failed: [],
  killed: [],
};

export class Orchestrator<Event extends Happening, Message extends Letter> {
  readonly agents = new Map<string, Agent>();
  /** It is never shortened. */
  readonly eventLog: Event[] = [];
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #patterns = new Set<{ readonly shape: RegExp; readonly listener: (message: Message) => void }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  spawn(order: Pick<Agent, 'id' | 'swarmId' | 'parentId' | 'task'>): Agent {
    if (this.agents.has(order.id)) throw new Error(`there is an agent ${order.id} already`);
    const startedAt = this.#now();
    const agent: Agent = {
      ...order,
      state: 'running',
      result: null,
      startedAt,
      changedAt: startedAt,
      changes: 1,
    };
    this.agents.set(agent.id, agent);
    return agent;
  }

  change(id: string, to: State, result: unknown = null): Agent {
    const agent = this.agents.get(id);
    if (agent === undefined) throw new Error(`there is no agent ${id}`);
    if (!follows[agent.state].includes(to))
      throw new Error(`agent ${id} is ${agent.state}: it cannot be ${to}`);
    agent.state = to;
    agent.result = result;
    agent.changedAt = this.#now();
    agent.changes++;
    return agent;
  }

  /** Every listener has run when it returns. */
  emit(event: Event): void {
    this.eventLog.push(event);
    // A bare "error" without a listener would throw: that name is Node's own.
    this.#emitter.emit(`event ${event.type}`, event);
    this.#emitter.emit('any event', event);
  }

  /** Without types: every event. */
  on(types: readonly string[] | undefined, listener: (event: Event) => void): () => void {
    const names = types?.map((type) => `event ${type}`) ?? ['any event'];
    for (const name of names) this.#emitter.on(name, listener);
    return () => {
      for (const name of names) this.#emitter.off(name, listener);
    };
  }

  send(message: Message): void {
    this.#emitter.emit(`topic ${message.topic}`, message);
    for (const { shape, listener } of this.#patterns) if (shape.test(message.topic)) listener(message);
  }

  /** `*` stands for one word of the topic, a last `#` for all that follow. */
  onTopic(pattern: string, listener: (message: Message) => void): () => void {
    if (!/[*#]/.test(pattern)) {
      this.#emitter.on(`topic ${pattern}`, listener);
      return () => void this.#emitter.off(`topic ${pattern}`, listener);
    }
    const source = pattern.replace(/\.?#$/, '(\\..+)?').replaceAll('*', '[^.]+');
    const entry = { shape: pattern === '#' ? /./ : new RegExp(`^${source}$`), listener };
    this.#patterns.add(entry);
    return () => void this.#patterns.delete(entry);
  }
}
