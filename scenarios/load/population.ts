import type { Clock } from '../../core/clock.ts';
import { isTestbedError, messageOf } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Random } from '../../core/random.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Row } from '../ledger/row.ts';
import type { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import type { SpawnOrder, SystemUnderTest } from '../sut.ts';
import { Agenda } from './agenda.ts';
import type { Workers } from './generator.ts';
import { Mailboxes } from './mailboxes.ts';
import { createMember, type Member } from './member.ts';
import { drawFate, type Fate } from './plan.ts';
import { formSwarms } from './swarms.ts';
import { Transitions } from './transitions.ts';

/** How long after a failure a spawn or an end is tried again, in ms. */
const againMs = 1000;

interface Slot {
  generation: number;
  /** The agent that works in this slot now; null until its first one runs. */
  member: Member | null;
  swarmId: string | null;
  parentSlot: number | null;
  /** A spawn for this slot is under way. */
  filling: boolean;
}

type Due =
  | { readonly kind: 'end'; readonly member: Member; readonly how: Fate['end'] }
  | { readonly kind: 'spawn'; readonly slots: readonly number[] };

/**
 * The agents of the load: as many slots as the workload has agents, each always worked by one agent. An agent that
 * ends is replaced at once, and works until its successor does, paused or ended though it may be: which agent an
 * operation falls to must not depend on timing more than it has to.
 */
export class Population implements Workers {
  readonly #sut: SystemUnderTest;
  readonly #workload: Workload;
  readonly #clock: Clock;
  readonly #fates: Random;
  readonly #ledgers: readonly Ledger[];
  readonly #slots: Slot[];
  /** Due times without the time that the population stood still. */
  readonly #agenda = new Agenda<Due>();
  readonly #mailboxes: Mailboxes;
  readonly #transitions: Transitions;
  readonly #pending = new Set<Promise<void>>();
  #prefix = 'agent';
  #stoppedAtMs: number | null = null;
  #stoodStillMs = 0;
  #tally: Tally;
  /** Every agent id that was asked for, and which of them were acknowledged as spawned. */
  readonly asked = new Set<string>();
  readonly spawned = new Set<string>();

  constructor(options: {
    readonly sut: SystemUnderTest;
    readonly workload: Workload;
    readonly clock: Clock;
    readonly fates: Random;
    readonly eventLedger: Ledger;
    readonly messageLedger: Ledger;
    readonly messageRow: Row;
    readonly tally: Tally;
    readonly received: (messages: readonly Message[], slot: number, topic: string) => void;
  }) {
    const { sut, workload, clock, eventLedger, messageLedger, messageRow, received } = options;
    this.#sut = sut;
    this.#workload = workload;
    this.#clock = clock;
    this.#fates = options.fates;
    this.#ledgers = [eventLedger, messageLedger];
    this.#tally = options.tally;
    this.#mailboxes = new Mailboxes({ sut, ledger: messageLedger, row: messageRow, received });
    this.#transitions = new Transitions(sut, clock, options.tally);
    this.#slots = Array.from({ length: workload.agents }, () => ({
      generation: 0,
      member: null,
      swarmId: null,
      parentSlot: null,
      filling: false,
    }));
  }

  /** Where operations are counted from now on. */
  set tally(tally: Tally) {
    this.#tally = tally;
    this.#transitions.tally = tally;
  }

  get #retries(): boolean {
    return (this.#workload.orchestrator?.retry?.attempts ?? 0) > 0;
  }

  get size(): number {
    return this.#slots.length;
  }

  /** When the next spawn or end is due, in Clock milliseconds. */
  get dueMs(): number {
    return this.#agenda.dueMs + this.#stoodStillMs;
  }

  /** Message subscriptions open now. */
  get subscriptionCount(): number {
    return this.#mailboxes.count;
  }

  /** How many operations have not ended yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** The agent of a slot, or of the next slot that has one; null when there is none at all. */
  working(slot: number): { readonly id: string; readonly slot: number; readonly swarmId: string } | null {
    const { member } = this.#slots[slot] as Slot;
    return member ?? this.#find(slot, () => true);
  }

  #find(from: number, fits: (member: Member) => boolean): Member | null {
    for (let step = 0; step < this.#slots.length; step++) {
      const { member } = this.#slots[(from + step) % this.#slots.length] as Slot;
      if (member !== null && fits(member)) return member;
    }
    return null;
  }

  /**
   * Plans one new agent for every slot, swarm by swarm, spread over `overMs` from `fromMs`. Agents already there
   * go on working until their successor runs, and are then retired.
   */
  async renew(prefix: string, fromMs: number, overMs: number, random: Random): Promise<void> {
    this.#prefix = prefix;
    const groups = await formSwarms(this.#sut, this.#workload, prefix, random);
    groups.forEach(({ swarmId, places }, index) => {
      for (const { slot, parentSlot } of places)
        Object.assign(this.#slots[slot] as Slot, { swarmId, parentSlot });
      const slots = places.map(({ slot }) => slot);
      this.#plan(fromMs + (overMs * index) / groups.length, { kind: 'spawn', slots });
    });
  }

  #plan(dueMs: number, due: Due): void {
    this.#agenda.add(dueMs - this.#stoodStillMs, due);
  }

  /** Does what is due by `nowMs`. Nothing here waits: operations go on by themselves and are counted when they end. */
  advance(nowMs: number): void {
    while (this.#stoppedAtMs === null && this.dueMs <= nowMs) {
      const { dueMs } = this;
      const { item } = this.#agenda.take() as { item: Due };
      if (item.kind === 'spawn') this.#track(this.#spawn(item.slots, dueMs));
      else if (item.how === 'fail' && this.#retries) this.#track(this.#failOnce(item.member));
      else {
        this.#track(this.#end(item.member, item.how));
        this.#replace(item.member, dueMs);
      }
    }
  }

  /** An agent that is started again works on in its slot, and fails again; it is replaced when it has failed for good. */
  async #failOnce(member: Member): Promise<void> {
    await this.#end(member, 'fail');
    if (member.state === 'ended' && this.#stoppedAtMs === null) this.#replace(member, this.#clock.now());
  }

  #replace({ slot: index, id }: Member, dueMs: number): void {
    const slot = this.#slots[index] as Slot;
    if (slot.member?.id === id && !slot.filling) this.#track(this.#spawn([index], dueMs));
  }

  /** Pauses the slot's agent if it runs, resumes it if it is paused; an agent that is busy passes it on to the next. */
  transition(slot: number): void {
    const idle = this.#find(slot, ({ state, waiting }) => waiting === 0 && state !== 'ended');
    if (idle === null) this.#tally.counts.transitionsRefused++;
    else this.#track(this.#transitions.toggle(idle));
  }

  async #end(member: Member, how: Fate['end']): Promise<void> {
    await this.#transitions.end(member, how);
    if (member.state !== 'ended') this.#plan(this.#clock.now() + againMs, { kind: 'end', member, how });
  }

  async #spawn(slots: readonly number[], dueMs: number): Promise<void> {
    const members = slots.map((index) => this.#newMember(index));
    const tally = this.#tally;
    tally.counts.spawnsAsked += members.length;
    try {
      await this.#sut.spawn(members.map((member) => this.#orderFor(member, members)));
    } catch (error) {
      const nowMs = this.#clock.now();
      if (isTestbedError(error, 'TIMEOUT')) tally.counts.unknown += members.length;
      else tally.failed(`spawn: ${messageOf(error)}`, nowMs, members.length);
      this.#plan(nowMs + againMs, { kind: 'spawn', slots });
      return;
    }
    const doneMs = this.#clock.now();
    for (const member of members) {
      tally.latencies.spawn_ms.record(doneMs - dueMs, dueMs);
      this.spawned.add(member.id);
    }
    tally.counts.spawnsDone += members.length;
    tally.windows.add('spawns', doneMs, members.length);
    for (const member of members) await this.#install(member, dueMs);
  }

  #newMember(index: number): Member {
    const slot = this.#slots[index] as Slot;
    slot.generation++;
    slot.filling = true;
    const id = `${this.#prefix}-${index}-${slot.generation}`;
    this.asked.add(id);
    const { lifetime } = this.#workload;
    // Drawn when it is asked for, not when it runs: spawns finish in any order, the draws must not.
    const fate = lifetime === null ? null : drawFate(lifetime, this.#fates);
    return createMember(id, index, slot.swarmId ?? '', fate);
  }

  #orderFor({ id, slot }: Member, together: readonly Member[]): SpawnOrder {
    const { swarmId, parentSlot } = this.#slots[slot] as Slot;
    const parent =
      parentSlot === null
        ? null
        : (together.find((member) => member.slot === parentSlot) ?? (this.#slots[parentSlot] as Slot).member);
    return {
      id,
      swarmId,
      parentId: parent === null || parent.state === 'ended' ? null : parent.id,
      task: { slot },
    };
  }

  /** Gives the new agent its message subscription, then the slot; whoever had the slot before is retired. */
  async #install(member: Member, dueMs: number): Promise<void> {
    const slot = this.#slots[member.slot] as Slot;
    member.state = 'running';
    try {
      if (this.#workload.messagesPerS > 0) await this.#mailboxes.open(member);
    } catch (error) {
      const againAtMs = this.#clock.now() + againMs;
      this.#tally.failed(`subscribe: ${messageOf(error)}`, this.#clock.now());
      this.#plan(againAtMs, { kind: 'end', member, how: 'kill' });
      this.#plan(againAtMs, { kind: 'spawn', slots: [member.slot] });
      return;
    }
    const before = slot.member;
    slot.member = member;
    slot.filling = false;
    if (before !== null) {
      this.#mailboxes.retire(before, this.#clock.now());
      this.#track(this.#end(before, 'complete'));
    }
    for (const ledger of this.#ledgers) ledger.newKey(member.slot);
    const { fate } = member;
    if (fate !== null) this.#plan(dueMs + fate.livesMs, { kind: 'end', member, how: fate.end });
  }

  /** Lets go of message subscriptions whose agent left and whose messages have all arrived. */
  sweep(): void {
    for (const subscription of this.#mailboxes.takeDone(this.#clock.now())) this.#track(subscription.close());
  }

  #track(operation: Promise<void>): void {
    const noted = operation
      .catch((error: unknown) => this.#tally.failed(messageOf(error), this.#clock.now()))
      .finally(() => this.#pending.delete(noted));
    this.#pending.add(noted);
  }

  /** No more spawns and ends from here on; resolves when those under way have ended, or after `limitMs`. */
  async stop(limitMs: number): Promise<void> {
    this.#stoppedAtMs ??= this.#clock.now();
    const limit = this.#clock.now() + limitMs;
    while (this.#pending.size > 0 && this.#clock.now() < limit) await this.#clock.sleep(2);
  }

  /** Goes on after `stop`, for the measured part that follows the warm-up. Nobody aged meanwhile. */
  restart(): void {
    if (this.#stoppedAtMs === null) return;
    this.#stoodStillMs += this.#clock.now() - this.#stoppedAtMs;
    this.#stoppedAtMs = null;
  }

  /** Closes every message subscription, also when some of them fail to; then rejects with the first failure. */
  async close(): Promise<void> {
    const closed = await Promise.allSettled(
      this.#mailboxes.takeAll().map((subscription) => subscription.close()),
    );
    for (const outcome of closed) if (outcome.status === 'rejected') throw outcome.reason;
  }
}
