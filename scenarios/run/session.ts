import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import type { Message } from '../../core/message.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { compareOneIn } from '../ledger/compare-one-in.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { Row } from '../ledger/row.ts';
import type { AgentCopy } from '../load/agent-copy.ts';
import { Chains } from '../load/chain.ts';
import { type Callers, playLoad, type Workers } from '../load/generator.ts';
import { hearing } from '../load/hearing.ts';
import type { LoadTool } from '../load/load-tool.ts';
import { makePayloads } from '../load/payload.ts';
import { type LoadPlan, planLoad } from '../load/plan.ts';
import { Population } from '../load/population.ts';
import { countPublishes } from '../load/publish-report.ts';
import { Publisher } from '../load/publisher.ts';
import { Readers } from '../load/readers.ts';
import { Requests } from '../load/requests.ts';
import { isOwn, type Share } from '../load/share.ts';
import type { Tally } from '../measure/tally.ts';
import type { Phase, Workload } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';
import type { Announcements } from './announcements.ts';
import { Audience } from './audience.ts';
import { Backlog } from './backlog.ts';
import { Ending } from './ending.ts';
import type { Load, Stretch } from './load.ts';
import { UnderWay } from './under-way.ts';

/** A load that is played in our own process: ledgers, subscribers, publishers and the population. */
export class Session implements Load {
  readonly #sut: SystemUnderTest;
  readonly #clock: Clock;
  readonly #workload: Workload;
  readonly #random: Random;
  readonly #payloads: readonly string[];
  readonly #seed: number;
  readonly #share: Share | undefined;
  /** Of events; those of another program have the numbers after these. */
  readonly #ownProducers: number;
  readonly #callers: Callers | null;
  readonly eventLedger: Ledger;
  readonly messageLedger: Ledger;
  readonly audience: Audience;
  readonly events: Publisher<AgentEvent>;
  readonly messages: Publisher<Message>;
  /** All else that is asked of the system while load plays. */
  readonly requests: Requests;
  readonly population: Population;
  readonly readers: Readers;
  readonly chains: Chains | null;
  readonly workers = null;
  readonly tool: LoadTool | null;
  readonly underWay: UnderWay;
  #tally: Tally;
  #stretch: Stretch | null = null;

  constructor(parts: {
    readonly sut: SystemUnderTest;
    readonly workload: Workload;
    readonly clock: Clock;
    readonly random: Random;
    /** Of the cell. */
    readonly seed: number;
    readonly announcements: Announcements;
    readonly tally: Tally;
    /** What of the load is ours, of which others play the rest. Absent: all of it. */
    readonly share?: Share;
    /** Another program that plays a part of it. Absent: there is none. */
    readonly tool?: LoadTool;
    /** Who publish in a closed model. Absent: we do. */
    readonly callers?: Callers | null;
  }) {
    const { sut, workload, clock, random, announcements, tally, share, tool, callers = null } = parts;
    this.#callers = callers;
    this.#sut = sut;
    this.#clock = clock;
    this.#workload = workload;
    this.#random = random;
    this.#tally = tally;
    this.#seed = parts.seed;
    this.#share = share;
    this.tool = tool ?? null;
    const { agents, chain, deadlineMs, payload } = workload;
    this.#payloads = makePayloads(payload.bytes, payload.compressible, random.fork('payloads'));
    const compared = compareOneIn(workload);
    const isOurs = share && ((producer: number): boolean => isOwn(producer, share));
    this.#ownProducers = agents + (chain?.count ?? 0);
    const producers = this.#ownProducers + (tool?.producers ?? 0);
    this.eventLedger = new Ledger('event', producers, compared.events, isOurs);
    this.messageLedger = new Ledger('message', agents, compared.messages);
    const messageRow = this.messageLedger.join('the addressed agent');
    this.events = new Publisher({
      publish: (batch) => sut.events.publish(batch),
      ledger: this.eventLedger,
      clock,
      deadlineMs,
      report: countPublishes('events', tally, clock, callers === null),
    });
    this.messages = new Publisher({
      publish: (batch) => sut.messages.publish(batch),
      ledger: this.messageLedger,
      clock,
      deadlineMs,
      report: countPublishes('messages', tally, clock),
    });
    const { handlingMs = 0 } = workload.subscribers;
    const ledger = this.eventLedger;
    const heard = tool === undefined ? sut : hearing(sut, ledger, this.#ownProducers);
    this.audience = new Audience({ sut: heard, clock, ledger, announcements, handlingMs, tally, share });
    this.requests = new Requests(clock, deadlineMs);
    this.population = new Population({
      sut,
      workload,
      clock,
      requests: this.requests,
      fates: random.fork('fates'),
      eventLedger: this.eventLedger,
      messageLedger: this.messageLedger,
      messageRow,
      tally,
      received: (messages, _slot, topic) => this.#receive(messages, topic, messageRow),
      acknowledged: (id) => announcements.acknowledge(id),
      share,
    });
    this.readers = new Readers({ sut, workload, clock, requests: this.requests, tally });
    this.chains =
      chain === null
        ? null
        : new Chains({
            clock,
            events: this.events,
            ledger: this.eventLedger,
            firstProducer: agents,
            ...chain,
          });
    this.underWay = new UnderWay(this, announcements);
  }

  get subscriptionCount(): number {
    return this.audience.count + this.population.subscriptionCount;
  }

  get copy(): AgentCopy | null {
    return this.readers.copy;
  }

  get filled(): number {
    return this.population.filled;
  }

  startsAt(clock: Clock): number {
    return clock.now();
  }

  plan(phases: readonly Phase[], label: string): LoadPlan {
    const random = this.#random.fork(label);
    const ours = this.tool?.rest(this.#workload) ?? this.#workload;
    return planLoad(ours, phases, random, this.#payloads.length, this.#share);
  }

  async prepare(phases: readonly Phase[]): Promise<void> {
    if (this.tool === null) return;
    const slots = Array.from({ length: this.#workload.agents }, (_, slot) => slot);
    const agents = new Set(slots.flatMap((slot) => this.population.working(slot)?.id ?? []));
    await this.tool.ready({
      phases,
      agents: [...agents],
      payloads: this.#payloads,
      ledger: this.eventLedger,
      firstProducer: this.#ownProducers,
    });
  }

  async finish(signal: AbortSignal): Promise<void> {
    await this.tool?.end(this.#tally, signal);
  }

  async populate(nowMs: number, limitMs: number, signal: AbortSignal): Promise<void> {
    await this.population.renew('warm', nowMs, 0, createRandom(this.#seed).fork('first population'));
    await new Ending(this, this.#clock).settle(nowMs, limitMs, signal);
  }

  async begin(stretch: Stretch): Promise<void> {
    const { startMs, tally, isMeasured } = stretch;
    this.#stretch = stretch;
    this.count(tally);
    this.tool?.begin();
    this.population.restart(startMs);
    if (!isMeasured) return;
    const chance = this.#random.fork('measured').fork('population');
    await this.population.renew('agent', startMs, this.#workload.spawnOverMs, chance);
    this.chains?.start();
  }

  backlog(from: ArrayLike<number>): Backlog | null {
    const { backlog } = this.#workload;
    if (!backlog) return null;
    const { audience, eventLedger: ledger } = this;
    return new Backlog(backlog, { audience, ledger, clock: this.#clock, from });
  }

  async joinLate(): Promise<void> {
    const { late } = this.#workload.subscribers;
    if (late === 0) return;
    const tally = this.#tally;
    try {
      await this.requests.ask('subscribe', () => this.audience.subscribe(late));
    } catch (error) {
      tally.unsuccessful('subscribe', error, this.#clock.now());
    }
  }

  async subscribeChains(): Promise<void> {
    if (this.chains !== null) this.audience.admit(await this.chains.subscribe(this.#sut));
  }

  #receive(messages: readonly Message[], topic: string, row: Row): void {
    const tally = this.#tally;
    const now = this.#clock.now();
    for (const message of messages) {
      const { key, producer, sequence, at } = message;
      if (key !== topic) row.markForeign(`message ${producer}:${sequence} for ${key} reached ${topic}`);
      else {
        const owed = row.mark(producer - 1, sequence);
        if (row.originals.isSampled(message.sentAt)) row.compare(message);
        if (owed) tally.latencies.message_routing_ms.record(now - at, at);
      }
    }
  }

  /** What is asked for from now on counts in `tally`. */
  count(tally: Tally): void {
    this.#tally = tally;
    this.events.report = countPublishes('events', tally, this.#clock, this.#callers === null);
    this.messages.report = countPublishes('messages', tally, this.#clock);
    this.population.tally = tally;
    this.readers.tally = tally;
    this.audience.tally = tally;
  }

  async play(signal: AbortSignal, beat: (elapsedMs: number) => void): Promise<void> {
    if (this.#stretch === null) throw new Error('nothing was begun that could be played');
    const { label, phases, startMs, tally } = this.#stretch;
    const plan = this.plan(phases, label);
    await playLoad(
      {
        workload: this.#workload,
        plan,
        payloads: this.#payloads,
        clock: this.#clock,
        population: withinSchedule(this.population, startMs + plan.totalMs),
        events: this.events,
        messages: this.messages,
        readers: this.readers,
        eventLedger: this.eventLedger,
        messageLedger: this.messageLedger,
        tally,
        share: this.#share,
        signal,
        callers: this.#callers,
        beat,
      },
      startMs,
    );
  }

  outstanding(): number {
    return this.underWay.outstanding();
  }

  get quiet(): boolean {
    return this.underWay.quiet;
  }

  arrived(): number {
    return this.underWay.arrived();
  }

  describe(): string {
    return this.underWay.describe();
  }

  sweep(nowMs: number): void {
    this.events.expire(nowMs);
    this.messages.expire(nowMs);
    this.population.sweep();
  }

  busy(endMs: number): boolean {
    return this.population.pending > 0 || this.population.dueMs <= endMs;
  }

  advance(endMs: number): void {
    this.population.advance(endMs);
  }

  stop(endMs: number): void {
    this.population.stop(endMs);
  }

  async giveUp(): Promise<void> {
    this.events.giveUp();
    this.messages.giveUp();
    this.requests.giveUp();
    await nextTurn();
  }

  get unanswered(): readonly (readonly [what: string, times: number])[] {
    const publishes = [
      ['publish events', this.events.unanswered],
      ['publish messages', this.messages.unanswered],
    ] as const;
    return [...publishes.filter(([, times]) => times > 0), ...this.requests.unanswered];
  }

  async close(): Promise<void> {
    await this.population.close();
    await this.audience.close();
  }
}

/** The population as the generator sees it: what is due after the end of the schedule is not played, however late the last look comes. */
function withinSchedule(population: Population, endMs: number): Workers {
  return {
    get dueMs() {
      return population.dueMs;
    },
    working: (slot) => population.working(slot),
    transition: (slot) => population.transition(slot),
    advance: (nowMs) => population.advance(Math.min(nowMs, endMs)),
    sweep: () => population.sweep(),
  };
}
