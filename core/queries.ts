import type { Agent } from './agent.ts';
import type { AgentRecords } from './lifecycle/agent-records.ts';
import type { Patience } from './lifecycle/backoff.ts';
import type { Message } from './message.ts';
import type { AgentFilter, Page, PageRequest, Storage, StorageReads, SwarmFilter } from './storage.ts';
import type { Swarm } from './swarm.ts';

export interface QueriesParts {
  readonly storage: Storage;
  /** A copy of the storage that may be behind it; absent: the storage answers everything. */
  readonly copy?: StorageReads | undefined;
  readonly agents: AgentRecords;
  readonly patience: Patience;
}

/**
 * What callers look at without changing it. Only this is ever asked of a copy that is behind: whatever the node decides
 * on (a compare-and-set, a recovery, a swarm to be ended) is read from the storage itself.
 */
export class Queries {
  readonly #reads: StorageReads;
  readonly #copy: StorageReads | undefined;
  readonly #agents: AgentRecords;
  readonly #patience: Patience;

  constructor({ storage, copy, agents, patience }: QueriesParts) {
    this.#reads = copy ?? storage;
    this.#copy = copy;
    this.#agents = agents;
    this.#patience = patience;
  }

  /**
   * Without a copy, as stored now. With one, never older than what this node has at hand of it, and never missing because
   * the copy lags; a node that keeps nothing at hand could not tell, and asks the storage.
   */
  async agent(id: string): Promise<Agent | undefined> {
    const copy = this.#copy;
    if (copy === undefined || !this.#agents.remembers) return this.#agents.get(id);
    const agent = await this.#patience.try(() => copy.agents.get(id));
    return agent === undefined || this.#agents.outdates(agent) ? this.#agents.get(id) : agent;
  }

  agents(filter: AgentFilter, page: PageRequest): Promise<Page<Agent>> {
    return this.#patience.try(() => this.#reads.agents.find(filter, page));
  }

  countAgents(filter: AgentFilter): Promise<number> {
    return this.#patience.try(() => this.#reads.agents.count(filter));
  }

  swarms(filter: SwarmFilter, page: PageRequest): Promise<Page<Swarm>> {
    return this.#patience.try(() => this.#reads.swarms.find(filter, page));
  }

  events(filter: { readonly key?: string }, page: PageRequest): Promise<Page<Message>> {
    return this.#patience.try(() => this.#reads.events.read(filter, page));
  }
}
