import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';
import type { Mailboxes } from './mailboxes.ts';
import { createMember, type Member } from './member.ts';
import { drawFate } from './plan.ts';
import { type Requests, retryAfterMs } from './requests.ts';
import type { Slots } from './slots.ts';

/** What becomes of agents on their way into the population. */
export interface Arrival {
  /** This one runs and has its messages: it can work. */
  ready(member: Member, dueMs: number): void;
  /** Nothing came of the spawn of these slots, in that attempt, so far; it is to be tried again after so long. */
  missing(slots: readonly number[], attempt: number, afterMs: number): void;
  /** This one runs, but has no messages so far; after so long it is of no use. */
  deaf(member: Member, afterMs: number): void;
}

export interface NewcomersParts {
  readonly sut: SystemUnderTest;
  readonly workload: Workload;
  readonly clock: Clock;
  readonly requests: Requests;
  readonly fates: Random;
  readonly slots: Slots;
  readonly mailboxes: Mailboxes;
  /** Told of every agent whose spawn was acknowledged, however late. */
  readonly acknowledged: (agentId: string) => void;
  readonly arrival: Arrival;
  /** Given what goes on by itself. */
  readonly track: (operation: Promise<void>) => void;
}

/** Brings new agents into the population: asks for them, and for their messages, and counts how that came out. */
export class Newcomers {
  readonly #parts: NewcomersParts;
  #attempts = 0;
  prefix = 'agent';

  constructor(parts: NewcomersParts) {
    this.#parts = parts;
  }

  /** One new agent for each of these slots, together. One that comes late works as well, but is in no number. */
  async spawn(slots: readonly number[], dueMs: number, tally: Tally): Promise<void> {
    const { sut, clock, requests, arrival, track } = this.#parts;
    const attempt = ++this.#attempts;
    const members = slots.map((index) => this.#create(index, attempt));
    const orders = members.map((member) => this.#parts.slots.orderFor(member, members));
    tally.counts.spawnsAsked += members.length;
    const late = (): void => track(this.#welcome(members, dueMs, tally));
    try {
      await requests.ask('spawn', () => sut.spawn(orders), late);
    } catch (error) {
      tally.unsuccessful('spawn', error, clock.now(), members.length);
      arrival.missing(slots, attempt, retryAfterMs(error));
      return;
    }
    const doneMs = clock.now();
    tally.latencies.spawn_ms.record(doneMs - dueMs, dueMs, members.length);
    tally.counts.spawnsDone += members.length;
    tally.windows.add('spawns', doneMs, members.length);
    await this.#welcome(members, dueMs, tally);
  }

  #create(index: number, attempt: number): Member {
    const { workload, fates, slots } = this.#parts;
    const slot = slots.at(index);
    slot.generation++;
    slot.filling = true;
    const id = `${this.prefix}-${index}-${slot.generation}`;
    const { lifetime } = workload;
    // By its name: whatever became of others, and when, this one lives as long and ends so.
    const fate = lifetime === null ? null : drawFate(lifetime, fates.fork(id));
    return createMember({ id, slot: index, swarmId: slot.swarmId ?? '', attempt, fate });
  }

  async #welcome(members: readonly Member[], dueMs: number, tally: Tally): Promise<void> {
    for (const { id } of members) this.#parts.acknowledged(id);
    await Promise.all(members.map((member) => this.#open(member, dueMs, tally)));
  }

  /** Its message subscriptions, where there are messages. */
  async #open(member: Member, dueMs: number, tally: Tally): Promise<void> {
    const { workload, clock, requests, mailboxes, arrival } = this.#parts;
    member.state = 'running';
    const ready = (): void => arrival.ready(member, dueMs);
    if (workload.messagesPerS === 0) return ready();
    try {
      await requests.ask('subscribe', () => mailboxes.open(member), ready);
    } catch (error) {
      tally.unsuccessful('subscribe', error, clock.now());
      arrival.deaf(member, retryAfterMs(error));
      return;
    }
    ready();
  }
}
