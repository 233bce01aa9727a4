import { type Agent, isTerminal } from '../agent.ts';
import { isTestbedError, messageOf, TestbedError } from '../error.ts';
import type { AgentRecords } from '../lifecycle/agent-records.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { Json } from '../message.ts';
import type { Step, Team } from './strategy.ts';

/** What a member of a swarm is asked to do. */
export interface Assignment {
  /** As stored when the work began; its `attempt` and `session` say what went before. */
  readonly agent: Agent;
  readonly step: Step;
  /** For `combine`: the list of results to combine. */
  readonly input: Json;
  /** Aborts when the swarm failed, was destroyed, or the orchestrator closes. */
  readonly signal: AbortSignal;
}

/** The caller's own code. What it throws fails the agent, which is retried as the policy says. */
export type Work = (assignment: Assignment) => Json | Promise<Json>;

interface Member {
  readonly id: string;
  /** What it did last; the next step waits for it. */
  last: Promise<Json>;
}

/** Agents at work for one swarm. What they do happens to the stored agents: retrying, failed, completed. */
export class Crew implements Team {
  readonly #members: readonly Member[];
  readonly #work: Work;
  readonly #records: AgentRecords;
  readonly #lifecycle: Lifecycle;
  readonly #signal: AbortSignal;

  constructor(
    agents: readonly Agent[],
    work: Work,
    records: AgentRecords,
    lifecycle: Lifecycle,
    signal: AbortSignal,
  ) {
    this.#members = agents.map(({ id }) => ({ id, last: Promise.resolve(null) }));
    this.#work = work;
    this.#records = records;
    this.#lifecycle = lifecycle;
    this.#signal = signal;
  }

  get size(): number {
    return this.#members.length;
  }

  perform(place: number, step: Step, input: Json): Promise<Json> {
    const member = this.#members[place] as Member;
    const made = member.last.then(() => this.#perform(member.id, step, input));
    member.last = made;
    return made;
  }

  async #perform(id: string, step: Step, input: Json): Promise<Json> {
    const signal = this.#signal;
    for (;;) {
      const agent = await this.#running(id);
      try {
        return await this.#orAbort(async () => this.#work({ agent, step, input, signal }));
      } catch (error) {
        signal.throwIfAborted();
        const failed = await this.#onceRunning(id, () => this.#lifecycle.fail(id, messageOf(error)));
        if (failed.status !== 'retrying') throw error;
      }
    }
  }

  /** Completes every member with what it made last. */
  async finish(): Promise<void> {
    await Promise.all(
      this.#members.map(async ({ id, last }) => {
        const made = await last;
        await this.#onceRunning(id, () => this.#lifecycle.complete(id, made));
      }),
    );
  }

  /** Somebody may pause the agent between the look and the change: then it is waited for again. */
  async #onceRunning(id: string, change: () => Promise<Agent>): Promise<Agent> {
    for (;;) {
      await this.#running(id);
      try {
        return await change();
      } catch (error) {
        if (!isTestbedError(error, 'ILLEGAL_TRANSITION')) throw error;
      }
    }
  }

  /** Waits while the agent is paused or about to be retried. */
  #running(id: string): Promise<Agent> {
    return this.#records.until(
      id,
      ({ status }) => {
        if (isTerminal(status))
          throw new TestbedError('INTERRUPTED', `agent ${id} was ${status} while at work`);
        return status === 'running';
      },
      this.#signal,
    );
  }

  /** Work that ignores the signal must not hold up whoever gave it. */
  #orAbort<T>(action: () => Promise<T>): Promise<T> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      action()
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', abort));
    });
  }
}
