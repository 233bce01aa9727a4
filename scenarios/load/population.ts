import type { Clock } from '../../core/clock.ts';
import type { Message } from '../../core/message.ts';
import type { Random } from '../../core/random.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Row } from '../ledger/row.ts';
import type { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';
import { Agenda } from './agenda.ts';
import type { Workers } from './generator.ts';
import { Mailboxes } from './mailboxes.ts';
import type { Member } from './member.ts';
import { Newcomers } from './newcomers.ts';
import type { Fate } from './plan.ts';
import type { Requests } from './requests.ts';
import { isOwn, type Share } from './share.ts';
import { Slots } from './slots.ts';
import { formSwarms } from './swarms.ts';
import { Transitions } from './transitions.ts';

type Due =
  | { readonly kind: 'end'; readonly member: Member; readonly how: Fate['end']; readonly retired: boolean }
  /** Not for a slot whose agent was asked for in that attempt or later. */
  | { readonly kind: 'spawn'; readonly slots: readonly number[]; readonly unless: number }
  | { readonly kind: 'abandon'; readonly member: Member };

/**
 * The agents of the load: as many slots as the workload has agents, each always worked by one agent. An agent that
 * ends is replaced at once, and works until its successor does, paused or ended though it may be: which agent an
 * operation falls to must not depend on timing more than it has to.
 */
export class Population implements Workers {
  readonly #sut: SystemUnderTest;
  readonly #workload: Workload;
  readonly #clock: Clock;
  readonly #ledgers: readonly Ledger[];
  readonly #slots: Slots;
  /** Due times without the time that the population stood still. */
  readonly #agenda = new Agenda<Due>();
  readonly #requests: Requests;
  readonly #share: Share | undefined;
  readonly #mailboxes: Mailboxes;
  readonly #newcomers: Newcomers;
  readonly #transitions: Transitions;
  readonly #pending = new Set<Promise<void>>();
  #stoppedAtMs: number | null = null;
  #stoodStillMs = 0;
  #tally: Tally;
  #earlier: Tally;

  constructor(options: {
    readonly sut: SystemUnderTest;
    readonly workload: Workload;
    readonly clock: Clock;
    readonly requests: Requests;
    readonly fates: Random;
    readonly eventLedger: Ledger;
    readonly messageLedger: Ledger;
    readonly messageRow: Row;
    readonly tally: Tally;
    readonly received: (messages: readonly Message[], slot: number, topic: string) => void;
    /** Told of every agent whose spawn was acknowledged, however late. */
    readonly acknowledged: (agentId: string) => void;
    /** The slots that are ours; no swarm is larger than one of them. Absent: all. */
    readonly share?: Share | undefined;
  }) {
    const { sut, workload, clock, requests, fates, acknowledged, received } = options;
    const { eventLedger, messageLedger, messageRow } = options;
    this.#sut = sut;
    this.#workload = workload;
    this.#clock = clock;
    this.#ledgers = [eventLedger, messageLedger];
    this.#tally = options.tally;
    this.#earlier = options.tally;
    this.#requests = requests;
    this.#share = options.share;
    const { mailbox: kind = 'commands' } = workload;
    const mailboxes = new Mailboxes({ sut, mailbox: kind, ledger: messageLedger, row: messageRow, received });
    this.#mailboxes = mailboxes;
    this.#slots = new Slots(workload.agents);
    this.#newcomers = new Newcomers({
      sut,
      workload,
      clock,
      requests,
      fates,
      slots: this.#slots,
      mailboxes,
      acknowledged,
      arrival: {
        ready: this.#ready,
        missing: (slots, attempt, afterMs) =>
          this.#plan(clock.now() + afterMs, { kind: 'spawn', slots, unless: attempt }),
        deaf: (member, afterMs) => this.#plan(clock.now() + afterMs, { kind: 'abandon', member }),
      },
      track: (operation) => this.#track(operation),
    });
    this.#transitions = new Transitions(sut, clock, requests, options.tally);
  }

  /** Where operations are counted from now on. */
  set tally(tally: Tally) {
    this.#earlier = this.#tally;
    this.#tally = tally;
    this.#transitions.tally = tally;
  }

  get #retries(): boolean {
    return (this.#workload.orchestrator?.retry?.attempts ?? 0) > 0;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** How many slots have an agent. */
  get filled(): number {
    return this.#slots.filled;
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
  working(slot: number): Member | null {
    return this.#slots.at(slot).member ?? this.#slots.find(slot, () => true);
  }

  /**
   * Plans one new agent for every slot, swarm by swarm, spread over `overMs` from `fromMs`. Agents already there
   * go on working until their successor runs, and are then retired.
   */
  async renew(prefix: string, fromMs: number, overMs: number, random: Random): Promise<void> {
    this.#newcomers.prefix = prefix;
    const groups = await formSwarms(this.#sut, this.#workload, prefix, random);
    groups.forEach((group, index) => {
      const slots = this.#slots.join(group).filter((slot) => this.#isOurs(slot));
      if (slots.length === 0) return;
      this.#plan(fromMs + (overMs * index) / groups.length, {
        kind: 'spawn',
        slots,
        unless: Number.POSITIVE_INFINITY,
      });
    });
  }

  #isOurs(slot: number): boolean {
    return this.#share === undefined || isOwn(slot, this.#share);
  }

  #plan(dueMs: number, due: Due): void {
    this.#agenda.add(dueMs - this.#stoodStillMs, due);
  }

  /** Does what is due by `nowMs`. Nothing here waits: operations go on by themselves and are counted when they end. */
  advance(nowMs: number): void {
    while (this.#stoppedAtMs === null && this.dueMs <= nowMs) {
      const { dueMs } = this;
      const { item } = this.#agenda.take() as { item: Due };
      if (item.kind === 'spawn') this.#fill(item.slots, item.unless, dueMs);
      else if (item.kind === 'abandon') this.#abandon(item.member, dueMs);
      else if (item.how === 'fail' && this.#retries) this.#track(this.#failOnce(item.member));
      else {
        this.#track(this.#end(item.member, item.how, item.retired));
        this.#replace(item.member, dueMs);
      }
    }
  }

  /** An agent that is started again works on in its slot, and fails again; it is replaced when it has failed for good. */
  async #failOnce(member: Member): Promise<void> {
    await this.#end(member, 'fail', false);
    if (member.state === 'ended' && this.#stoppedAtMs === null) this.#replace(member, this.#clock.now());
  }

  #replace({ slot: index, id }: Member, dueMs: number): void {
    const slot = this.#slots.at(index);
    if (slot.member?.id === id && !slot.filling) this.#fill([index], Number.POSITIVE_INFINITY, dueMs);
  }

  #fill(slots: readonly number[], unless: number, dueMs: number): void {
    const empty = slots.filter((index) => (this.#slots.at(index).member?.attempt ?? 0) < unless);
    if (empty.length === 0) return;
    // What was due before the measured time is none of it, also when it is done late.
    const tally = dueMs < this.#tally.fromMs ? this.#earlier : this.#tally;
    this.#track(this.#newcomers.spawn(empty, dueMs, tally));
  }

  /**
   * Pauses the slot's agent if it runs, resumes it if it is paused; an agent that is busy passes it on to the next.
   * Resolves when it was answered; nothing when there is nobody that it could fall to.
   */
  transition(slot: number): Promise<void> | undefined {
    const idle = this.#slots.find(slot, ({ state, waiting }) => waiting === 0 && state !== 'ended');
    if (idle === null) return undefined;
    const toggled = this.#transitions.toggle(idle);
    this.#track(toggled);
    return toggled;
  }

  async #end(member: Member, how: Fate['end'], retired: boolean): Promise<void> {
    const afterMs = await this.#transitions.end(member, how, retired);
    if (member.state !== 'ended')
      this.#plan(this.#clock.now() + afterMs, { kind: 'end', member, how, retired });
  }

  /** Gives the new agent the slot; whoever had it before is retired, and so is one that comes after its successor. */
  readonly #ready = (member: Member, dueMs: number): void => {
    const slot = this.#slots.at(member.slot);
    const before = slot.member;
    if (before !== null && before.attempt > member.attempt) {
      this.#track(this.#retire(member));
      return;
    }
    slot.member = member;
    slot.filling = false;
    if (before !== null) this.#track(this.#retire(before));
    for (const ledger of this.#ledgers) ledger.newKey(member.slot);
    const { fate } = member;
    if (fate !== null)
      this.#plan(dueMs + fate.livesMs, { kind: 'end', member, how: fate.end, retired: false });
  };

  /** One that did not get its messages is of no use: another takes its place. */
  #abandon(member: Member, dueMs: number): void {
    if (this.#slots.at(member.slot).member === member) return;
    this.#track(this.#end(member, 'kill', true));
    this.#fill([member.slot], member.attempt, dueMs);
  }

  /** Another works in its slot: nothing more falls to it. */
  #retire(member: Member): Promise<void> {
    this.#mailboxes.retire(member, this.#clock.now());
    return this.#end(member, 'complete', true);
  }

  /** Lets go of message subscriptions whose agent left and whose messages have all arrived. */
  sweep(): void {
    for (const subscription of this.#mailboxes.takeDone(this.#clock.now()))
      this.#track(this.#requests.ask('unsubscribe', () => subscription.close()));
  }

  #track(operation: Promise<void>): void {
    const noted = operation
      .catch((error: unknown) => this.#tally.unsuccessful('population', error, this.#clock.now()))
      .finally(() => this.#pending.delete(noted));
    this.#pending.add(noted);
  }

  /** No spawns and ends that are due after `atMs`. */
  stop(atMs: number): void {
    this.#stoppedAtMs ??= atMs;
  }

  /** Goes on at `atMs` after `stop`, for the measured part that follows the warm-up. Nobody aged meanwhile. */
  restart(atMs: number): void {
    if (this.#stoppedAtMs === null) return;
    this.#stoodStillMs += atMs - this.#stoppedAtMs;
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
