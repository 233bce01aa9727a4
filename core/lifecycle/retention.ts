import { type AgentStatus, agentStatuses, isTerminal } from '../agent.ts';
import type { Clock } from '../clock.ts';
import type { Scopes } from '../delivery/scopes.ts';
import type { SwarmRecords } from '../swarms/swarm-records.ts';
import type { AgentRecords } from './agent-records.ts';

/** How long what has ended is kept. */
export interface RetentionPolicy {
  /** Ended agents and swarms are forgotten this long after their end; null: age does not matter. */
  readonly endedForMs: number | null;
  /** At most this many ended agents are kept, the latest; null: their number does not matter. */
  readonly endedKept: number | null;
  /** How often it is looked after. */
  readonly everyMs: number;
}

export interface RetentionParts {
  readonly agents: AgentRecords;
  readonly swarms: SwarmRecords;
  readonly scopes: Scopes;
  readonly clock: Clock;
  readonly report: (error: unknown, doing: string) => void;
}

const endings: readonly AgentStatus[] = agentStatuses.filter(isTerminal);

/** Forgets what has ended: in storage, in the cache, and its subscriptions. */
export class Retention {
  readonly #parts: RetentionParts;
  #cancel: (() => void) | null = null;
  #sweeping: Promise<void> | null = null;
  #closed = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Sweeps by the policy from now on. */
  start(policy: RetentionPolicy): void {
    this.#cancel = this.#parts.clock.after(policy.everyMs, () => {
      this.#sweeping = this.#sweep(policy);
    });
  }

  async #sweep(policy: RetentionPolicy): Promise<void> {
    try {
      await this.forget(policy);
    } catch (error) {
      this.#parts.report(error, 'forgetting what has ended');
    }
    if (!this.#closed) this.start(policy);
  }

  /** Resolves to how many agents were forgotten. */
  async forget({ endedForMs, endedKept }: Omit<RetentionPolicy, 'everyMs'>): Promise<number> {
    let forgotten = 0;
    if (endedForMs !== null) {
      const before = this.#parts.clock.now() - endedForMs;
      forgotten += await this.#forgetOlder(before);
      await this.#forgetSwarms(before);
    }
    if (endedKept !== null) forgotten += await this.#forgetBeyond(endedKept);
    return forgotten;
  }

  async #forgetOlder(before: number): Promise<number> {
    let forgotten = 0;
    for (const status of endings) {
      for await (const page of this.#parts.agents.pages({ status })) {
        forgotten += await this.#remove(
          page.filter(({ updatedAt }) => updatedAt <= before).map(({ id }) => id),
        );
      }
    }
    return forgotten;
  }

  async #forgetBeyond(keep: number): Promise<number> {
    const counts = await Promise.all(endings.map((status) => this.#parts.agents.count({ status })));
    if (counts.reduce((sum, count) => sum + count, 0) <= keep) return 0;
    const ended: { readonly id: string; readonly updatedAt: number }[] = [];
    for (const status of endings) {
      for await (const page of this.#parts.agents.pages({ status }))
        for (const { id, updatedAt } of page) ended.push({ id, updatedAt });
    }
    ended.sort((a, b) => b.updatedAt - a.updatedAt);
    return this.#remove(ended.slice(keep).map(({ id }) => id));
  }

  async #remove(ids: readonly string[]): Promise<number> {
    const { agents, scopes } = this.#parts;
    let removed = 0;
    for (let start = 0; start < ids.length; start += 1000) {
      const some = ids.slice(start, start + 1000);
      removed += await agents.remove(some);
      for (const id of some) await scopes.close(id);
    }
    return removed;
  }

  async #forgetSwarms(before: number): Promise<void> {
    const { swarms, scopes } = this.#parts;
    for (const status of ['completed', 'failed', 'destroyed'] as const) {
      for await (const page of swarms.pages({ status })) {
        const ids = page.filter(({ updatedAt }) => updatedAt <= before).map(({ id }) => id);
        if (ids.length > 0) await swarms.remove(ids);
        for (const id of ids) await scopes.close(id);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#sweeping;
  }
}
