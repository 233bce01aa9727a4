import type { Agent } from '../../core/agent.ts';
import type { Clock } from '../../core/clock.ts';
import type { Token } from '../../core/nodes/life.ts';
import type { AgentRepository, Storage } from '../../core/storage.ts';
import { HotShelf } from './hot-shelf.ts';
import type { Layer } from './layer.ts';

/**
 * A storage whose agents are also kept in a hot one, which `get` asks first. The main storage decides every write and
 * answers every listing. What this process wrote it reads back at once; what others wrote, after `freshMs` at the latest
 * (plus what clocks of two machines are apart), and at once where all share the hot store and nobody's write is under way.
 */
export function keepHot(main: Storage, hot: Storage, options: HotOptions): Layer<Storage> {
  const shelf = new HotShelf(hot.agents, options.freshMs, options.clock);
  const agents = new HotAgents(main.agents, shelf, options.clock);
  return {
    port: {
      // A port is a plain object: others pick its methods off it.
      agents: {
        insert: (items, token) => agents.insert(items, token),
        get: (id) => agents.get(id),
        update: (items, token) => agents.update(items, token),
        find: (filter, page) => main.agents.find(filter, page),
        count: (filter) => main.agents.count(filter),
        remove: (ids) => agents.remove(ids),
      },
      swarms: main.swarms,
      events: main.events,
      ...(main.changes && { changes: main.changes }),
      ...(main.nodes && { nodes: main.nodes }),
    },
    facts: () => ({
      hot: `${options.name}, believed for ${options.freshMs} ms`,
      hotHits: shelf.hits,
      hotMisses: shelf.misses,
      hotFailures: shelf.failures,
    }),
  };
}

export interface HotOptions {
  /** What the hot store is called in facts. */
  readonly name: string;
  readonly freshMs: number;
  readonly clock: Clock;
}

/** Own writes of one agent that are under way. */
interface Writes {
  underWay: number;
  /** Two were under way at once: which of them the main storage took last is not known here. */
  contested: boolean;
}

class HotAgents {
  readonly #main: AgentRepository;
  readonly #shelf: HotShelf;
  readonly #clock: Clock;
  readonly #writes = new Map<string, Writes>();
  /** The last work on the shelf for an agent: the next waits for it. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(main: AgentRepository, shelf: HotShelf, clock: Clock) {
    this.#main = main;
    this.#shelf = shelf;
    this.#clock = clock;
  }

  async get(id: string): Promise<Agent | undefined> {
    // The main storage may have taken it already, and the shelf is behind.
    if (this.#writes.has(id)) return this.#main.get(id);
    const held = await this.#shelf.take(id);
    if (held !== undefined) return held;
    const askedMs = this.#clock.now();
    const agent = await this.#main.get(id);
    if (agent !== undefined && !this.#turns.has(id) && !this.#writes.has(id)) {
      await this.#inTurn([id], () => this.#shelf.fill(agent, askedMs));
    }
    await this.#shelf.sweep();
    return agent;
  }

  insert(items: readonly Agent[], token?: Token): Promise<void> {
    return this.#write(
      items,
      () => this.#main.insert(items, token),
      () => items,
      true,
    );
  }

  update(items: readonly Agent[], token?: Token): Promise<readonly string[]> {
    const lastOf = new Map(items.map((item) => [item.id, item]));
    return this.#write(
      items,
      () => this.#main.update(items, token),
      (refused) => {
        for (const id of refused) lastOf.delete(id);
        return [...lastOf.values()];
      },
      false,
    );
  }

  remove(ids: readonly string[]): Promise<number> {
    return this.#write(
      ids.map((id) => ({ id })),
      () => this.#main.remove(ids),
      () => [],
      false,
    );
  }

  /** Main storage first; then what it `took` is shelved, and all else that was asked of it taken down. */
  async #write<T>(
    items: readonly { readonly id: string }[],
    call: () => Promise<T>,
    took: (answer: T) => readonly Agent[],
    fresh: boolean,
  ): Promise<T> {
    const ids = [...new Set(items.map(({ id }) => id))];
    this.#begin(ids);
    try {
      const askedMs = this.#clock.now();
      let answer: T;
      try {
        answer = await call();
      } catch (error) {
        // It may have happened all the same.
        await this.#inTurn(ids, () => this.#shelf.drop(ids));
        throw error;
      }
      await this.#inTurn(ids, async () => {
        const shelved = took(answer).filter(({ id }) => this.#writes.get(id)?.contested === false);
        const kept = new Set(shelved.map(({ id }) => id));
        await this.#shelf.write(shelved, askedMs, fresh);
        await this.#shelf.drop(ids.filter((id) => !kept.has(id)));
      });
      await this.#shelf.sweep();
      return answer;
    } finally {
      this.#end(ids);
    }
  }

  #begin(ids: readonly string[]): void {
    for (const id of ids) {
      const writes = this.#writes.get(id);
      if (writes === undefined) this.#writes.set(id, { underWay: 1, contested: false });
      else {
        writes.underWay++;
        writes.contested = true;
      }
    }
  }

  #end(ids: readonly string[]): void {
    for (const id of ids) {
      const writes = this.#writes.get(id) as Writes;
      if (--writes.underWay === 0) this.#writes.delete(id);
    }
  }

  async #inTurn(ids: readonly string[], work: () => Promise<void>): Promise<void> {
    const before = ids.flatMap((id) => this.#turns.get(id) ?? []);
    const turn = Promise.allSettled(before).then(work);
    for (const id of ids) this.#turns.set(id, turn);
    try {
      await turn;
    } finally {
      for (const id of ids) if (this.#turns.get(id) === turn) this.#turns.delete(id);
    }
  }
}
