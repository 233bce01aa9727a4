import type { Agent, AgentStatus } from '../agent.ts';
import type { Clock } from '../clock.ts';
import type { Tenure } from '../nodes/tenure.ts';
import type { SwarmRecords } from '../swarms/swarm-records.ts';
import type { AgentRecords } from './agent-records.ts';
import type { Announcer } from './announcer.ts';
import type { Decide } from './records.ts';
import { toIfLegal } from './transitions.ts';

export interface RecoverOptions {
  /** Nodes whose agents are taken over; they must be dead. Default: this node's own earlier life. */
  readonly owners?: readonly string[];
  /** Which of their agents; others are left to others. Default: all. */
  readonly isMine?: (agentId: string) => boolean;
  /** Told of each agent that lives on, session and all, so that its work can go on. */
  readonly each?: (agent: Agent) => void;
  /** Swarms untouched for this long in `creating` or `scaling` are taken for abandoned. Default 10 s. */
  readonly graceMs?: number;
}

/** How many agents and swarms were found, by what became of them. */
export interface Recovered {
  readonly running: number;
  readonly paused: number;
  /** They waited for a retry, which began now. */
  readonly restarted: number;
  /** Their spawn had not gone through. */
  readonly failed: number;
  /** They were being created or scaled: failed, or active again. */
  readonly swarms: number;
}

export interface RecoveryParts {
  readonly tenure: () => Tenure;
  readonly agents: AgentRecords;
  readonly swarms: SwarmRecords;
  readonly announcer: Announcer;
  readonly clock: Clock;
  /** When this life of the node began: what was touched since is not left over. */
  readonly startedAt: number;
}

interface Left {
  readonly owner: string;
  readonly status: AgentStatus;
  readonly isMine: (agentId: string) => boolean;
}

/** Takes up what an earlier life of this node, or a dead node, left in storage. */
export class Recovery {
  readonly #parts: RecoveryParts;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  async recover({
    owners,
    isMine = () => true,
    each = () => {},
    graceMs = 10_000,
  }: RecoverOptions): Promise<Recovered> {
    const { tenure, announcer } = this.#parts;
    const take = (
      owner: string,
      status: AgentStatus,
      decide: Decide<Agent>,
      then: (changed: readonly Agent[]) => void,
    ) => this.#take({ owner, status, isMine }, decide, then);
    const found = { running: 0, paused: 0, restarted: 0, failed: 0 };
    const goesOn = (agents: readonly Agent[]): void => agents.forEach(each);
    for (const owner of owners ?? [tenure().owner]) {
      const fail = toIfLegal('failed', { error: 'interrupted while spawning' });
      found.failed += await take(owner, 'spawning', fail, (failed) => announcer.ended(failed));
      found.restarted += await take(owner, 'retrying', this.#restart, (restarted) => {
        announcer.restarted(restarted);
        goesOn(restarted);
      });
      found.running += await take(owner, 'running', this.#own('running'), goesOn);
      found.paused += await take(owner, 'paused', this.#own('paused'), goesOn);
    }
    return { ...found, swarms: await this.#recoverSwarms(graceMs) };
  }

  /** Takes over so many running or paused agents of a node that lives; resolves to how many there were. What it was about to do with one finds a newer version. */
  async takeSome(owner: string, count: number): Promise<number> {
    const { agents } = this.#parts;
    let taken = 0;
    for (const status of ['running', 'paused'] as const) {
      for await (const page of agents.pages({ owner, status })) {
        if (taken >= count) return taken;
        const { changed } = await agents.changeMany(page.slice(0, count - taken), (agent) =>
          agent.owner === owner ? this.#own(status)(agent) : null,
        );
        taken += changed.length;
      }
    }
    return taken;
  }

  /** Changes the agents of an owner that are in a status, page by page; resolves to how many `decide` changed. */
  async #take(
    { owner, status, isMine }: Left,
    decide: Decide<Agent>,
    then: (changed: readonly Agent[]) => void,
  ): Promise<number> {
    const { tenure, agents, startedAt } = this.#parts;
    const isOwn = owner === tenure().owner;
    let taken = 0;
    for await (const page of agents.pages({ owner, status })) {
      const left = page.filter(({ id, updatedAt }) => isMine(id) && (!isOwn || updatedAt < startedAt));
      const { changed } = await agents.changeMany(left, (agent) =>
        agent.owner === owner ? decide(agent) : null,
      );
      taken += changed.length;
      then(changed);
    }
    return taken;
  }

  readonly #restart: Decide<Agent> = ({ status, attempt }) =>
    status === 'retrying'
      ? { status: 'running', owner: this.#parts.tenure().owner, attempt: attempt + 1, error: null }
      : null;

  /** Writes even when the owner stays the same: whoever still acts for the earlier life finds a newer version. */
  #own(status: AgentStatus): Decide<Agent> {
    return (agent) => (agent.status === status ? { owner: this.#parts.tenure().owner } : null);
  }

  async #recoverSwarms(graceMs: number): Promise<number> {
    const { swarms, clock } = this.#parts;
    const before = clock.now() - graceMs;
    let recovered = 0;
    for (const [from, next] of [
      ['creating', 'failed'],
      ['scaling', 'active'],
    ] as const) {
      for await (const page of swarms.pages({ status: from })) {
        const { changed } = await swarms.changeMany(
          page.filter(({ updatedAt }) => updatedAt <= before),
          ({ status }) => (status === from ? { status: next } : null),
        );
        recovered += changed.length;
      }
    }
    return recovered;
  }
}
