import { type Agent, type AgentStatus, isLegalTransition, isTerminal } from '../agent.ts';
import { TestbedError } from '../error.ts';
import type { Json } from '../message.ts';
import { isOthers, type Tenure } from '../nodes/tenure.ts';
import type { AgentRecords } from './agent-records.ts';
import type { Announcer } from './announcer.ts';
import type { Locks } from './locks.ts';
import type { Outbox } from './outbox.ts';
import type { Decide } from './records.ts';
import type { Restarts, RetryPolicy } from './restarts.ts';
import { to, toIfLegal } from './transitions.ts';

export interface LifecycleParts {
  /** Whose agents it changes one by one: those that are another's it is not asked for. */
  readonly tenure: () => Tenure;
  readonly records: AgentRecords;
  readonly announcer: Announcer;
  readonly outbox: Outbox;
  readonly restarts: Restarts;
  readonly locks: Locks;
  readonly retry: RetryPolicy;
}

/**
 * The life of agents after their spawn. Every method resolves to the agent as stored after the change, and rejects
 * with ILLEGAL_TRANSITION when the state table has no such step, NOT_OWNER when the agent is another node's, NOT_FOUND, CONFLICT
 * when others were faster too often, or what the store says. The event that tells of the change follows by way of the outbox.
 */
export class Lifecycle {
  readonly #parts: LifecycleParts;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** The session stays as it is. */
  pause(id: string): Promise<Agent> {
    return this.#change(id, to('paused'));
  }

  /** Goes on with the session it had. */
  resume(id: string): Promise<Agent> {
    const resume = to('running');
    return this.#change(id, (agent) => {
      if (agent.status === 'paused') return resume(agent);
      throw new TestbedError('ILLEGAL_TRANSITION', `agent ${agent.id} is ${agent.status}, not paused`);
    });
  }

  /** Replaces what the agent knows. An agent that has ended learns nothing more. */
  remember(id: string, session: Json): Promise<Agent> {
    return this.#change(id, ({ status }) => {
      if (!isTerminal(status)) return { session };
      throw new TestbedError('ILLEGAL_TRANSITION', `agent ${id} is ${status}: its session is closed`);
    });
  }

  async complete(id: string, result: Json): Promise<Agent> {
    return this.#end(id, to('completed', { result }));
  }

  /** Resolves once `retrying` is stored when the policy has attempts left and `retry` is not false, else `failed`. */
  async fail(id: string, error: string, retry = true): Promise<Agent> {
    const { attempts } = this.#parts.retry;
    const agent = await this.#end(id, (current) =>
      retry && current.attempt < attempts && isLegalTransition(current.status, 'retrying')
        ? { status: 'retrying', error }
        : to('failed', { error })(current),
    );
    if (agent.status === 'retrying') this.#parts.restarts.plan(agent);
    return agent;
  }

  async kill(id: string): Promise<Agent> {
    return this.#end(id, to('killed'));
  }

  /** Kills those of them that have not ended; resolves to those it killed, as stored. */
  async killMany(agents: readonly Agent[]): Promise<readonly Agent[]> {
    const { records, announcer, outbox, restarts, locks } = this.#parts;
    outbox.ensureRoom();
    const groups = locks.scope === 'per-agent' ? agents.map((agent) => [agent]) : [agents];
    const killed: Agent[] = [];
    for (const group of groups) {
      const { changed } = await locks.run(group[0]?.id ?? '', () =>
        records.changeMany(group, toIfLegal('killed')),
      );
      for (const agent of changed) restarts.cancel(agent.id);
      announcer.ended(changed);
      killed.push(...changed);
    }
    return killed;
  }

  /** Moves those of them that are in one status to another, with no event; the rest is left alone. */
  async moveMany(agents: readonly Agent[], from: AgentStatus, status: AgentStatus): Promise<void> {
    const move = toIfLegal(status);
    await this.#parts.records.changeMany(agents, (agent) => (agent.status === from ? move(agent) : null));
  }

  /** Kills every descendant of an agent, parents first; resolves to how many that were. */
  async killDescendants(id: string): Promise<number> {
    const seen = new Set([id]);
    let killed = 0;
    for (let parents = [id]; parents.length > 0; ) {
      const children: string[] = [];
      for (const parentId of parents) {
        for await (const page of this.#parts.records.pages({ parentId })) {
          const fresh = page.filter((child) => !seen.has(child.id));
          for (const child of fresh) seen.add(child.id);
          killed += (await this.killMany(fresh)).length;
          for (const child of fresh) children.push(child.id);
        }
      }
      parents = children;
    }
    return killed;
  }

  async #end(id: string, decide: Decide<Agent>): Promise<Agent> {
    this.#parts.outbox.ensureRoom();
    const agent = await this.#change(id, decide);
    this.#parts.restarts.cancel(id);
    this.#parts.announcer.ended([agent]);
    return agent;
  }

  #change(id: string, decide: Decide<Agent>): Promise<Agent> {
    const { locks, records, tenure } = this.#parts;
    const decideAsOwner: Decide<Agent> = (agent) => {
      if (!isOthers(agent.owner, tenure())) return decide(agent);
      throw new TestbedError('NOT_OWNER', `agent ${id} is owned by ${agent.owner}`);
    };
    return locks.run(id, () => records.change(id, decideAsOwner));
  }
}
