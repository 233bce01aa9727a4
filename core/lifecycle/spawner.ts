import type { Agent } from '../agent.ts';
import type { Clock } from '../clock.ts';
import { isTestbedError, messageOf, TestbedError } from '../error.ts';
import type { Json } from '../message.ts';
import type { Token } from '../nodes/life.ts';
import type { Tenure } from '../nodes/tenure.ts';
import type { Random } from '../random.ts';
import { assertId } from '../topic.ts';
import type { AgentRecords } from './agent-records.ts';
import type { Announcer } from './announcer.ts';
import type { Starts } from './dual-write.ts';
import type { Locks } from './locks.ts';
import type { Obligations } from './obligations.ts';
import { toIfLegal } from './transitions.ts';
import { undoSpawn } from './undo-spawn.ts';

/** What is to be spawned. */
export interface SpawnRequest {
  /** Default: a new one. One word of a topic: no spaces, dots, `*` and `#`. */
  readonly id?: string;
  readonly swarmId?: string | null;
  readonly parentId?: string | null;
  readonly task?: Json;
  /** What it knows from the start. */
  readonly session?: Json;
}

export interface SpawnerParts {
  /** As whom it spawns. */
  readonly tenure: () => Tenure;
  readonly records: AgentRecords;
  readonly announcer: Announcer;
  readonly starts: Starts;
  readonly obligations: Obligations;
  /** Rejects unless these swarms can take new agents: as far as is known here, or as stored. */
  readonly ensureOpen: (swarmIds: ReadonlySet<string>, as: 'known' | 'stored') => Promise<void>;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly random: Random;
  /** Agents in one call to the store and one publish. */
  readonly batch: number;
}

/** What promises that an insert did not happen. After any other error it may have. */
const certainlyNot = [
  'DUPLICATE',
  'UNAVAILABLE',
  'FULL',
  'CLOSED',
  'INVALID_ARGUMENT',
  'OVERLOADED',
  'UNSUPPORTED',
  'FENCED',
] as const;

/**
 * Spawns many at a time: insert as `spawning`, update to `running`, announce `agent_start`, batch by batch.
 * All or nothing for the caller: when one step fails, what was stored by then is failed again.
 */
export class Spawner {
  readonly #parts: SpawnerParts;
  #named = 0;

  constructor(parts: SpawnerParts) {
    this.#parts = parts;
  }

  /** Resolves once each agent is running, stored, and its `agent_start` accepted by the bus, or by an outbox that sweeps. */
  async spawn(requests: readonly SpawnRequest[]): Promise<readonly Agent[]> {
    const tenure = this.#parts.tenure();
    const agents = requests.map((request) => this.#create(request, tenure));
    const ids = new Set(agents.map(({ id }) => id));
    if (ids.size < agents.length) throw new TestbedError('DUPLICATE', 'the same id is asked for twice');
    const { locks, ensureOpen, starts } = this.#parts;
    starts.ensureRoom();
    await ensureOpen(swarmsOf(agents), 'known');
    return locks.scope === 'global'
      ? locks.run('', () => this.#spawnAll(agents, tenure))
      : this.#spawnAll(agents, tenure);
  }

  async #spawnAll(agents: readonly Agent[], { token }: Tenure): Promise<readonly Agent[]> {
    const { batch } = this.#parts;
    const running: Agent[] = [];
    const stored: Agent[] = [];
    const unanswered: Agent[] = [];
    try {
      for (let start = 0; start < agents.length; start += batch) {
        const some = agents.slice(start, start + batch);
        await this.#insert(some, unanswered, token);
        for (const agent of some) stored.push(agent);
        for (const agent of await this.#startInOpenSwarms(some)) running.push(agent);
      }
      return running;
    } catch (error) {
      await this.#undo(stored, unanswered, error);
      throw error;
    }
  }

  async #insert(some: readonly Agent[], unanswered: Agent[], token: Token | undefined): Promise<void> {
    try {
      await this.#parts.records.insert(some, token);
    } catch (error) {
      if (!isTestbedError(error, ...certainlyNot)) unanswered.push(...some);
      throw error;
    }
  }

  async #undo(stored: readonly Agent[], unanswered: readonly Agent[], error: unknown): Promise<void> {
    if (stored.length + unanswered.length === 0) return;
    const { obligations, records, announcer } = this.#parts;
    const why = `spawn failed: ${messageOf(error)}`;
    await obligations.meet(
      'failing agents whose spawn did not go through',
      undoSpawn(stored, unanswered, why, records, announcer),
    );
  }

  /**
   * Asked again once the agents are stored: who destroys a swarm after that finds them, and whoever did before is
   * found here. So no agent lives on in a swarm that is gone.
   */
  async #startInOpenSwarms(some: readonly Agent[]): Promise<readonly Agent[]> {
    const [started, open] = await Promise.allSettled([
      this.#start(some),
      this.#parts.ensureOpen(swarmsOf(some), 'stored'),
    ]);
    if (open.status === 'rejected') throw open.reason;
    if (started.status === 'rejected') throw started.reason;
    return started.value;
  }

  async #start(some: readonly Agent[]): Promise<readonly Agent[]> {
    const { records, starts } = this.#parts;
    const { changed } = await records.changeMany(some, toIfLegal('running'));
    if (changed.length < some.length)
      throw new TestbedError(
        'CONFLICT',
        `${some.length - changed.length} agents were ended while being spawned`,
      );
    await starts.tell(changed);
    return changed;
  }

  #create({ id, swarmId, parentId, task, session }: SpawnRequest, { owner }: Tenure): Agent {
    if (id !== undefined) assertId('an agent id', id);
    const now = this.#parts.clock.now();
    return {
      id: id ?? this.newId(),
      status: 'spawning',
      version: 1,
      swarmId: swarmId ?? null,
      parentId: parentId ?? null,
      owner,
      attempt: 0,
      createdAt: now,
      updatedAt: now,
      task: task ?? null,
      session: session ?? null,
      result: null,
      error: null,
    };
  }

  /** New on every node and after every restart, whatever the seed; in the order of spawning when sorted. */
  newId(): string {
    const { clock, random } = this.#parts;
    const count = (this.#named++).toString(36).padStart(6, '0');
    return `agent-${Math.floor(clock.now()).toString(36)}-${count}-${random.integer(0, 0xffff_ffff).toString(36)}`;
  }
}

function swarmsOf(agents: readonly Agent[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { swarmId } of agents) if (swarmId !== null) ids.add(swarmId);
  return ids;
}
