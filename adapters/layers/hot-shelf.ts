import type { Agent } from '../../core/agent.ts';
import type { Clock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Json } from '../../core/message.ts';
import type { AgentRepository } from '../../core/storage.ts';

/** What this process knows of an agent on the shelf. */
interface Note {
  /** The version of its envelope; null: there is none; undefined: who knows. */
  envelope: number | null | undefined;
  /** What this process wrote last, 0 when that is not on the shelf, and when the main storage had answered. */
  version: number;
  floorMs: number;
  touchedMs: number;
}

/** At most this many go from the shelf in one call, and beside one call. */
const sweepAtMost = 1_000;

/**
 * Copies of agents in a hot store. A copy lies in an envelope: a record of the hot store under the agent's id, with a
 * version of its own (a store takes new records at version 1 only) and the time when the main storage was asked for it.
 * A copy is believed for `freshMs` from then, whatever happens to it; and one that this process has itself outdated is
 * not believed at all. A hot store that fails is left alone for `freshMs`, after which nothing on it is believed anyway.
 */
export class HotShelf {
  readonly #hot: AgentRepository;
  readonly #freshMs: number;
  readonly #clock: Clock;
  /** In the order last touched. */
  readonly #notes = new Map<string, Note>();
  #leftAloneUntilMs = Number.NEGATIVE_INFINITY;
  hits = 0;
  misses = 0;
  failures = 0;

  constructor(hot: AgentRepository, freshMs: number, clock: Clock) {
    this.#hot = hot;
    this.#freshMs = freshMs;
    this.#clock = clock;
  }

  /** The copy, if there is one to be believed. */
  async take(id: string): Promise<Agent | undefined> {
    const envelope = await this.#ask([id], async () => (await this.#hot.get(id)) ?? null);
    if (envelope === null) this.#touch(id).envelope = null;
    const agent = envelope ? this.#open(envelope) : undefined;
    if (agent === undefined) this.misses++;
    else this.hits++;
    return agent;
  }

  /** Shelves what the main storage gave when asked at `askedMs`, unless this process has written it since. */
  async fill(agent: Agent, askedMs: number): Promise<void> {
    const note = this.#notes.get(agent.id);
    if (note !== undefined && note.floorMs >= askedMs) return;
    await this.#lay([agent], askedMs);
  }

  /** Shelves what the main storage has just taken, and was given at `askedMs`. `fresh`: it was inserted. */
  async write(agents: readonly Agent[], askedMs: number, fresh: boolean): Promise<void> {
    for (const { id, version } of agents) {
      const note = this.#touch(id);
      Object.assign(note, { version, floorMs: this.#clock.now() });
      if (fresh && note.envelope === undefined) note.envelope = null;
    }
    await this.#lay(agents, askedMs);
  }

  /** Takes down what may no longer be what the main storage has. */
  async drop(ids: readonly string[]): Promise<void> {
    for (const id of ids) Object.assign(this.#touch(id), { version: 0, floorMs: this.#clock.now() });
    await this.#clear(ids);
  }

  /** Takes down what nobody here has touched for as long as a copy is believed: it is hot no longer. */
  async sweep(): Promise<void> {
    const beforeMs = this.#clock.now() - this.#freshMs;
    const cold: string[] = [];
    for (const [id, { touchedMs, envelope }] of this.#notes) {
      if (touchedMs > beforeMs || cold.length === sweepAtMost) break;
      this.#notes.delete(id);
      if (envelope !== null) cold.push(id);
    }
    if (cold.length > 0) await this.#ask([], () => this.#hot.remove(cold));
  }

  #open(envelope: Agent): Agent | undefined {
    const agent = envelope.task as unknown as Agent;
    const askedMs = envelope.createdAt;
    const note = this.#touch(envelope.id);
    note.envelope = envelope.version;
    if (this.#clock.now() - askedMs >= this.#freshMs) return undefined;
    return agent.version === note.version || askedMs > note.floorMs ? agent : undefined;
  }

  /** In envelopes that follow those known, or new ones where there are none. Where neither is certain: down with it. */
  async #lay(agents: readonly Agent[], askedMs: number): Promise<void> {
    const added: Agent[] = [];
    const replaced: Agent[] = [];
    const uncertain: string[] = [];
    for (const agent of agents) {
      const known = this.#touch(agent.id).envelope;
      if (known === undefined) uncertain.push(agent.id);
      else if (known === null) added.push(envelopeOf(agent, 1, askedMs));
      else replaced.push(envelopeOf(agent, known + 1, askedMs));
    }
    await Promise.all([
      this.#store(added, async () => {
        await this.#hot.insert(added);
        return [];
      }),
      this.#store(replaced, () => this.#hot.update(replaced)),
      this.#clear(uncertain),
    ]);
  }

  /** `store` resolves to the ids of those that somebody else has changed. */
  async #store(envelopes: readonly Agent[], store: () => Promise<readonly string[]>): Promise<void> {
    if (envelopes.length === 0) return;
    const ids = envelopes.map(({ id }) => id);
    const refused = await this.#ask(ids, async () => {
      try {
        return await store();
      } catch (error) {
        // Somebody else's copy is there, or this one is larger than the hot store takes.
        if (isTestbedError(error, 'DUPLICATE', 'INVALID_ARGUMENT')) return ids;
        throw error;
      }
    });
    if (refused === undefined) return;
    for (const { id, version } of envelopes) this.#touch(id).envelope = version;
    await this.#clear(refused);
  }

  async #clear(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const removed = await this.#ask(ids, () => this.#hot.remove(ids));
    if (removed !== undefined) for (const id of ids) this.#touch(id).envelope = null;
  }

  /** Undefined when the hot store fails or is left alone; what is there of `ids` is not known then. */
  async #ask<T>(ids: readonly string[], call: () => Promise<T>): Promise<T | undefined> {
    if (this.#clock.now() >= this.#leftAloneUntilMs) {
      try {
        return await call();
      } catch (error) {
        if (!isTestbedError(error)) throw error;
        this.failures++;
        this.#leftAloneUntilMs = this.#clock.now() + this.#freshMs;
      }
    }
    for (const id of ids) this.#touch(id).envelope = undefined;
    return undefined;
  }

  #touch(id: string): Note {
    const note = this.#notes.get(id) ?? {
      envelope: undefined,
      version: 0,
      floorMs: Number.NEGATIVE_INFINITY,
      touchedMs: 0,
    };
    note.touchedMs = this.#clock.now();
    this.#notes.delete(id);
    this.#notes.set(id, note);
    return note;
  }
}

function envelopeOf(agent: Agent, version: number, askedMs: number): Agent {
  return {
    id: agent.id,
    status: 'running',
    version,
    swarmId: null,
    parentId: null,
    owner: null,
    attempt: 0,
    createdAt: askedMs,
    updatedAt: askedMs,
    task: agent as unknown as Json,
    session: null,
    result: null,
    error: null,
  };
}
