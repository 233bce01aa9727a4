import type { Agent } from '../agent.ts';
import type { Clock } from '../clock.ts';
import { isTestbedError } from '../error.ts';
import { isOthers, type Tenure } from '../nodes/tenure.ts';
import type { Random } from '../random.ts';
import type { AgentRecords } from './agent-records.ts';
import type { Announcer } from './announcer.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import type { Locks } from './locks.ts';

/** How often an agent that failed is started again, and how long that waits. */
export interface RetryPolicy extends Backoff {
  /** Starts after the first one; 0: a failure is final. */
  readonly attempts: number;
}

export interface RestartsParts {
  /** As whom it restarts, and whose agents. */
  readonly tenure: () => Tenure;
  readonly records: AgentRecords;
  readonly announcer: Announcer;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: RetryPolicy;
  readonly report: (error: unknown, doing: string) => void;
}

/**
 * Brings agents from `retrying` back to `running` when their backoff is over. Whoever reported the failure does not
 * wait for that, and holds no lock meanwhile.
 */
export class Restarts {
  readonly #parts: RestartsParts;
  readonly #planned = new Map<string, () => void>();
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  constructor(parts: RestartsParts) {
    this.#parts = parts;
  }

  get planned(): number {
    return this.#planned.size;
  }

  plan({ id, attempt }: Agent): void {
    this.#after(id, attempt);
  }

  cancel(agentId: string): void {
    this.#planned.get(agentId)?.();
    this.#planned.delete(agentId);
  }

  /** Restarts now; whether it did. Not when the agent is not `retrying` any more. */
  async restart(agentId: string): Promise<boolean> {
    const { tenure, records, announcer, locks } = this.#parts;
    let wanted = false;
    const agent = await locks.run(agentId, () =>
      records.change(agentId, ({ status, attempt, owner }) => {
        const self = tenure();
        // Who has taken it over restarts it, or has done so.
        wanted = status === 'retrying' && !isOthers(owner, self);
        return wanted ? { status: 'running', owner: self.owner, attempt: attempt + 1, error: null } : null;
      }),
    );
    if (wanted) announcer.restarted([agent]);
    return wanted;
  }

  #after(id: string, attempt: number): void {
    this.cancel(id);
    const waitMs = this.#closed ? 0 : backoffMs(this.#parts.policy, attempt, this.#parts.random);
    const cancel = this.#parts.clock.after(waitMs, () => {
      this.#planned.delete(id);
      this.#track(id, attempt);
    });
    this.#planned.set(id, cancel);
  }

  #track(id: string, attempt: number): void {
    const running = this.#attempt(id, attempt).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** A restart that the store prevents is planned again: it must not leave the agent between two states. */
  async #attempt(id: string, attempt: number): Promise<void> {
    try {
      await this.restart(id);
    } catch (error) {
      if (isTestbedError(error, 'NOT_FOUND')) return;
      this.#parts.report(error, `restarting agent ${id}`);
      if (!this.#closed) this.#after(id, attempt + 1);
    }
  }

  /** Restarts at once what is planned: a node that ends in order leaves nobody waiting for it. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const [id, cancel] of this.#planned) {
      cancel();
      this.#track(id, 0);
    }
    this.#planned.clear();
    await Promise.all(this.#running);
  }
}
