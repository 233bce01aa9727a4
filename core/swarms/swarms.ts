import type { Agent } from '../agent.ts';
import type { Clock } from '../clock.ts';
import type { Scopes } from '../delivery/scopes.ts';
import { isTestbedError, TestbedError } from '../error.ts';
import type { AgentRecords } from '../lifecycle/agent-records.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { Obligations } from '../lifecycle/obligations.ts';
import type { Json } from '../message.ts';
import { type Swarm, type SwarmStrategy, swarmStrategies } from '../swarm.ts';
import { assertId } from '../topic.ts';
import { Crew, type Work } from './crew.ts';
import type { Muster } from './muster.ts';
import { strategies } from './strategy.ts';
import { findSwarm, type SwarmRecords } from './swarm-records.ts';
import { to, toIfLegal } from './transitions.ts';

/** A swarm to be created. */
export interface SwarmRequest {
  readonly id: string;
  readonly strategy: SwarmStrategy;
  /** How many agents it is meant to have; at least 1. */
  readonly size: number;
  readonly task?: Json;
}

/** What a swarm is to do. */
export interface SwarmPlan {
  readonly work: Work;
  /** Default: the swarm's own task, once. */
  readonly inputs?: readonly Json[];
  /** Strategy `tree`: how many members report to one. Default 2. */
  readonly branching?: number;
}

export interface SwarmsParts {
  readonly swarms: SwarmRecords;
  readonly agents: AgentRecords;
  readonly lifecycle: Lifecycle;
  readonly muster: Muster;
  readonly obligations: Obligations;
  readonly scopes: Scopes;
  readonly clock: Clock;
  /** Aborts when the orchestrator closes. */
  readonly signal: AbortSignal;
}

/** Swarms: every change of status is a compare-and-set and in the table of swarm.ts, or rejects with ILLEGAL_TRANSITION. */
export class Swarms {
  readonly #parts: SwarmsParts;
  /** Those at work on this node, and how to stop them. */
  readonly #runs = new Map<string, AbortController>();

  constructor(parts: SwarmsParts) {
    this.#parts = parts;
  }

  get(id: string): Promise<Swarm | undefined> {
    return this.#parts.swarms.get(id);
  }

  /** Resolves once it is active and agents can be spawned into it. */
  async create({ id, strategy, size, task }: SwarmRequest): Promise<Swarm> {
    const { swarms, clock } = this.#parts;
    assertId('a swarm id', id);
    assertSize(size);
    if (!swarmStrategies.includes(strategy))
      throw new TestbedError('INVALID_ARGUMENT', `no swarm strategy ${strategy}`);
    const now = clock.now();
    const created: Swarm = {
      id,
      status: 'creating',
      version: 1,
      strategy,
      size,
      createdAt: now,
      updatedAt: now,
      task: task ?? null,
      result: null,
    };
    await swarms.insert([created]);
    try {
      return await swarms.change(id, to('active'));
    } catch (error) {
      await this.#end(id, () => swarms.change(id, toIfLegal('failed')));
      throw error;
    }
  }

  /**
   * Has the members do the work as the strategy says; spawns them where there are fewer than `size`. Resolves to the
   * combined result once swarm and members are `completed`. When a member fails for good the others are killed, the
   * swarm is `failed`, and this rejects with what the work threw.
   */
  async run(id: string, { work, inputs, branching = 2 }: SwarmPlan): Promise<Json> {
    assertSize(branching);
    const run = this.#begin(id);
    try {
      const signal = AbortSignal.any([run.signal, this.#parts.signal]);
      const swarm = await findSwarm(this.#parts.swarms, id);
      const agents = await this.#parts.muster.fill(swarm, swarm.size, branching);
      try {
        const crew = new Crew(agents, work, this.#parts.agents, this.#parts.lifecycle, signal);
        const result = await strategies[swarm.strategy](crew, inputs ?? [swarm.task], branching);
        await crew.finish();
        await this.#complete(id, result, signal);
        return result;
      } catch (error) {
        run.abort(error);
        // An orchestrator that closes leaves its agents to whoever recovers them.
        if (!this.#parts.signal.aborted) await this.#end(id, () => this.#giveUp(id, agents));
        throw error;
      }
    } finally {
      this.#runs.delete(id);
    }
  }

  #begin(id: string): AbortController {
    if (this.#runs.has(id)) throw new TestbedError('CONFLICT', `swarm ${id} is at work already`);
    const run = new AbortController();
    this.#runs.set(id, run);
    return run;
  }

  /** A swarm paused meanwhile completes when it is resumed. */
  async #complete(id: string, result: Json, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#parts.swarms.until(id, ({ status }) => status !== 'paused' && status !== 'scaling', signal);
      try {
        await this.#parts.swarms.change(id, to('completed', { result }));
        return;
      } catch (error) {
        const now = await findSwarm(this.#parts.swarms, id);
        if (!isTestbedError(error, 'ILLEGAL_TRANSITION') || now.status !== 'paused') throw error;
      }
    }
  }

  #end(id: string, action: () => Promise<unknown>): Promise<void> {
    return this.#parts.obligations.meet(`ending swarm ${id}`, async () => {
      try {
        await action();
      } catch (error) {
        if (!isTestbedError(error, 'NOT_FOUND')) throw error;
      }
    });
  }

  async #giveUp(id: string, agents: readonly Agent[]): Promise<void> {
    await this.#parts.lifecycle.killMany(agents);
    await this.#parts.swarms.change(id, toIfLegal('failed'));
  }

  /** Pauses the swarm and those of its agents that are running. */
  async pause(id: string): Promise<Swarm> {
    const swarm = await this.#parts.swarms.change(id, to('paused'));
    await this.#parts.lifecycle.moveMany(await this.#parts.muster.living(id), 'running', 'paused');
    return swarm;
  }

  async resume(id: string): Promise<Swarm> {
    const resumed = to('active');
    const swarm = await this.#parts.swarms.change(id, (current) => {
      if (current.status === 'paused') return resumed(current);
      throw new TestbedError('ILLEGAL_TRANSITION', `swarm ${id} is ${current.status}, not paused`);
    });
    await this.#parts.lifecycle.moveMany(await this.#parts.muster.living(id), 'paused', 'running');
    return swarm;
  }

  /** Spawns or kills agents, the youngest first, until there are `size`. Not while the swarm is at work. */
  async scale(id: string, size: number): Promise<Swarm> {
    assertSize(size);
    this.#begin(id);
    try {
      const swarm = await this.#parts.swarms.change(id, to('scaling'));
      let reached = swarm.size;
      try {
        const living = await this.#parts.muster.living(id);
        if (living.length > size) await this.#parts.lifecycle.killMany(living.slice(size));
        else await this.#parts.muster.fill(swarm, size, 2);
        reached = size;
      } finally {
        await this.#parts.swarms.change(id, toIfLegal('active', { size: reached }));
      }
      return await findSwarm(this.#parts.swarms, id);
    } finally {
      this.#runs.delete(id);
    }
  }

  /** Ends it: its agents are killed, its work is stopped, and subscriptions tied to it or to them are closed. */
  async destroy(id: string): Promise<Swarm> {
    const swarm = await this.#parts.swarms.change(id, to('destroyed'));
    this.#runs.get(id)?.abort(new TestbedError('INTERRUPTED', `swarm ${id} was destroyed`));
    const { agents, lifecycle, scopes } = this.#parts;
    for await (const page of agents.pages({ swarmId: id })) {
      await lifecycle.killMany(page);
      for (const agent of page) await scopes.close(agent.id);
    }
    await scopes.close(id);
    return swarm;
  }
}

function assertSize(size: number): void {
  if (!Number.isInteger(size) || size < 1)
    throw new TestbedError('INVALID_ARGUMENT', `not a size: ${size} (a whole number from 1)`);
}
