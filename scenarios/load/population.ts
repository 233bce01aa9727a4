import type { Clock } from '../../core/clock.ts';
import { isTestbedError, messageOf } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Random } from '../../core/random.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Row } from '../ledger/row.ts';
import type { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import type { Closable, SpawnOrder, SystemUnderTest } from '../sut.ts';
import { Agenda } from './agenda.ts';
import { drawFate, type Fate } from './plan.ts';

/** One agent of the load. Its operations go one after another through `queue`. */
interface Member {
  readonly id: string;
  readonly slot: number;
  /** Empty when it belongs to none. */
  readonly swarmId: string;
  state: 'spawning' | 'running' | 'paused' | 'ended';
  busy: boolean;
  queue: Promise<void>;
}

interface Slot {
  generation: number;
  /** The agent that works in this slot now; null until its first one runs. */
  member: Member | null;
  swarmId: string | null;
  parentSlot: number | null;
}

interface Retired {
  readonly subscription: Closable;
  readonly slot: number;
  /** The last message addressed to the agent that left. */
  readonly lastSequence: number;
}

type Due =
  | { readonly kind: 'end'; readonly member: Member; readonly fate: Fate }
  | { readonly kind: 'spawn'; readonly slots: readonly number[] };

export function commandsTopic(agentId: string): string {
  return `agent.${agentId}.commands`;
}

/**
 * The agents of the load: as many slots as the workload has agents, each always worked by one agent. An agent that
 * ends is replaced at once; its message subscription stays until what was addressed to it has arrived.
 */
export class Population {
  readonly #sut: SystemUnderTest;
  readonly #workload: Workload;
  readonly #clock: Clock;
  readonly #fates: Random;
  readonly #ledger: Ledger;
  readonly #row: Row;
  readonly #slots: Slot[];
  readonly #agenda = new Agenda<Due>();
  readonly #subscriptions = new Map<Member, Closable>();
  readonly #pending = new Set<Promise<void>>();
  #retired: Retired[] = [];
  #prefix = 'agent';
  #stopped = false;
  readonly #recordMessage: (messages: readonly Message[], slot: number, topic: string) => void;
  tally: Tally;
  /** Every agent id that was asked for, and which of them were acknowledged as spawned. */
  readonly asked = new Set<string>();
  readonly spawned = new Set<string>();

  constructor(options: {
    readonly sut: SystemUnderTest;
    readonly workload: Workload;
    readonly clock: Clock;
    readonly fates: Random;
    readonly messageLedger: Ledger;
    readonly messageRow: Row;
    readonly tally: Tally;
    readonly received: (messages: readonly Message[], slot: number, topic: string) => void;
  }) {
    this.#sut = options.sut;
    this.#workload = options.workload;
    this.#clock = options.clock;
    this.#fates = options.fates;
    this.#ledger = options.messageLedger;
    this.#row = options.messageRow;
    this.#recordMessage = options.received;
    this.tally = options.tally;
    this.#slots = Array.from({ length: options.workload.agents }, () => ({
      generation: 0,
      member: null,
      swarmId: null,
      parentSlot: null,
    }));
  }

  get size(): number {
    return this.#slots.length;
  }

  /** When the next spawn or end is due, in Clock milliseconds. */
  get dueMs(): number {
    return this.#agenda.dueMs;
  }

  /** The agent of a slot, or of the next slot that has one; null when there is none at all. */
  working(slot: number): { readonly id: string; readonly slot: number; readonly swarmId: string } | null {
    for (let step = 0; step < this.#slots.length; step++) {
      const { member } = this.#slots[(slot + step) % this.#slots.length] as Slot;
      if (member !== null) return member;
    }
    return null;
  }

  /**
   * Plans one new agent for every slot, swarm by swarm, spread over `overMs` from `fromMs`. Agents already there
   * go on working until their successor runs, and are then retired.
   */
  async renew(prefix: string, fromMs: number, overMs: number, random: Random): Promise<void> {
    this.#prefix = prefix;
    const groups = await this.#formSwarms(prefix, random);
    groups.forEach((slots, index) => {
      this.#agenda.add(fromMs + (overMs * index) / groups.length, { kind: 'spawn', slots });
    });
  }

  async #formSwarms(prefix: string, random: Random): Promise<readonly (readonly number[])[]> {
    const { swarms, branching } = this.#workload;
    const groups: number[][] = [];
    for (let first = 0; first < this.#slots.length; ) {
      const size = swarms === null ? 1 : random.integer(swarms.min, swarms.max);
      const group: number[] = [];
      for (let slot = first; slot < Math.min(first + size, this.#slots.length); slot++) group.push(slot);
      first += size;
      groups.push(group);
      const id =
        swarms === null || this.#sut.createSwarm === undefined
          ? null
          : await this.#sut.createSwarm({
              id: `${prefix}-swarm-${groups.length}`,
              strategy: random.pick(swarms.strategies),
              size: group.length,
            });
      group.forEach((index, place) => {
        const slot = this.#slots[index] as Slot;
        slot.swarmId = id;
        slot.parentSlot = branching && place > 0 ? (group[random.integer(0, place - 1)] as number) : null;
      });
    }
    return groups;
  }

  /** Does what is due by `nowMs`. Nothing here waits: operations go on by themselves and are counted when they end. */
  advance(nowMs: number): void {
    while (this.#agenda.dueMs <= nowMs && !this.#stopped) {
      const { dueMs, item } = this.#agenda.take() as { dueMs: number; item: Due };
      if (item.kind === 'spawn') this.#track(this.#spawn(item.slots, dueMs));
      else {
        this.#track(this.#end(item.member, item.fate.end));
        this.#track(this.#spawn([item.member.slot], dueMs));
      }
    }
  }

  /** Pauses the slot's agent if it runs, resumes it if it is paused; an agent that is busy passes it on to the next. */
  transition(slot: number): void {
    for (let step = 0; step < this.#slots.length; step++) {
      const { member } = this.#slots[(slot + step) % this.#slots.length] as Slot;
      if (member === null || member.busy || (member.state !== 'running' && member.state !== 'paused'))
        continue;
      const pausing = member.state === 'running';
      this.#track(
        this.#change(member, pausing ? 'pause' : 'resume', pausing ? 'paused' : 'running', () =>
          pausing ? this.#sut.pause(member.id) : this.#sut.resume(member.id),
        ),
      );
      return;
    }
    this.tally.counts.transitionsRefused++;
  }

  async #spawn(slots: readonly number[], dueMs: number): Promise<void> {
    const members = slots.map((index) => this.#newMember(index));
    const orders: SpawnOrder[] = members.map(({ id, slot: index }) => {
      const { swarmId, parentSlot } = this.#slots[index] as Slot;
      const inGroup = parentSlot === null ? undefined : members.find(({ slot }) => slot === parentSlot);
      const parent = inGroup ?? (parentSlot === null ? null : (this.#slots[parentSlot] as Slot).member);
      return { id, swarmId, parentId: parent?.id ?? null, task: { slot: index } };
    });
    const { tally } = this;
    tally.counts.spawnsAsked += members.length;
    try {
      await this.#sut.spawn(orders);
    } catch (error) {
      tally.failed(`spawn: ${messageOf(error)}`, this.#clock.now(), members.length);
      if (!this.#stopped) this.#agenda.add(this.#clock.now() + 1000, { kind: 'spawn', slots });
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
    const id = `${this.#prefix}-${index}-${slot.generation}`;
    this.asked.add(id);
    const swarmId = slot.swarmId ?? '';
    return { id, slot: index, swarmId, state: 'spawning', busy: true, queue: Promise.resolve() };
  }

  /** Gives the new agent its message subscription, then the slot; whoever had the slot before is retired. */
  async #install(member: Member, dueMs: number): Promise<void> {
    const topic = commandsTopic(member.id);
    if (this.#workload.messagesPerS > 0) {
      const subscription = await this.#sut.messages.subscribe(topic, (messages) =>
        this.#recordMessage(messages, member.slot, topic),
      );
      this.#subscriptions.set(member, subscription);
    }
    const slot = this.#slots[member.slot] as Slot;
    const before = slot.member;
    slot.member = member;
    member.state = 'running';
    member.busy = false;
    if (before !== null) {
      this.#retireSubscription(before);
      if (before.state !== 'ended') this.#track(this.#end(before, 'complete'));
    }
    this.#ledger.newKey(member.slot);
    if (this.#workload.lifetime !== null && !this.#stopped) {
      const fate = drawFate(this.#workload.lifetime, this.#fates);
      this.#agenda.add(dueMs + fate.livesMs, { kind: 'end', member, fate });
    }
  }

  #retireSubscription(member: Member): void {
    const subscription = this.#subscriptions.get(member);
    this.#subscriptions.delete(member);
    const lastSequence = this.#ledger.sent[member.slot] as number;
    if (subscription) this.#retired.push({ subscription, slot: member.slot, lastSequence });
  }

  /** Lets go of message subscriptions whose agent left and whose messages have all arrived. */
  sweep(): void {
    const keep: Retired[] = [];
    for (const retired of this.#retired) {
      if (this.#row.hasAll(retired.slot, retired.lastSequence)) this.#track(retired.subscription.close());
      else keep.push(retired);
    }
    this.#retired = keep;
  }

  #end(member: Member, how: Fate['end']): Promise<void> {
    const { id } = member;
    return this.#change(member, how, 'ended', () =>
      how === 'complete'
        ? this.#sut.complete(id, { ended: 'as planned' })
        : how === 'fail'
          ? this.#sut.fail(id, 'planned failure')
          : this.#sut.kill(id),
    );
  }

  /** One operation on one agent, after those before it. */
  #change(member: Member, what: string, to: Member['state'], act: () => Promise<unknown>): Promise<void> {
    const { tally } = this;
    member.busy = true;
    const run = async (): Promise<void> => {
      if (member.state === 'ended') return;
      tally.counts.transitionsAsked++;
      const askedMs = this.#clock.now();
      try {
        await act();
        const doneMs = this.#clock.now();
        member.state = to;
        tally.counts.transitionsDone++;
        tally.latencies.transition_ms.record(doneMs - askedMs, askedMs);
        tally.windows.add('transitions', doneMs, 1);
      } catch (error) {
        if (isTestbedError(error, 'ILLEGAL_TRANSITION', 'CONFLICT')) tally.counts.transitionsRefused++;
        else if (isTestbedError(error, 'TIMEOUT')) tally.counts.unknown++;
        else tally.failed(`${what}: ${messageOf(error)}`, this.#clock.now());
      }
      member.busy = false;
    };
    member.queue = member.queue.then(run);
    return member.queue;
  }

  #track(operation: Promise<void>): void {
    const noted = operation
      .catch((error: unknown) => this.tally.failed(messageOf(error), this.#clock.now()))
      .finally(() => this.#pending.delete(noted));
    this.#pending.add(noted);
  }

  /** Message subscriptions open now. */
  get subscriptionCount(): number {
    return this.#subscriptions.size + this.#retired.length;
  }

  /** How many operations have not ended yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** No more spawns and ends from here on; resolves when those under way have ended, or after `limitMs`. */
  async stop(limitMs: number): Promise<void> {
    this.#stopped = true;
    const limit = this.#clock.now() + limitMs;
    while (this.#pending.size > 0 && this.#clock.now() < limit) await this.#clock.sleep(2);
  }

  /** Goes on after `stop`: for the measured part that follows the warm-up. */
  restart(): void {
    this.#stopped = false;
  }

  /** Ends every agent; for populations whose work is done. */
  async retireAll(): Promise<void> {
    for (const slot of this.#slots) {
      if (slot.member === null) continue;
      this.#retireSubscription(slot.member);
      this.#track(this.#end(slot.member, 'complete'));
      slot.member = null;
    }
    await Promise.all(this.#pending);
  }

  async close(): Promise<void> {
    for (const { subscription } of this.#retired) await subscription.close();
    for (const subscription of this.#subscriptions.values()) await subscription.close();
    this.#retired = [];
    this.#subscriptions.clear();
  }
}
