import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import type { Message } from '../../core/message.ts';
import type { Random } from '../../core/random.ts';
import { compareOneIn } from '../ledger/compare-one-in.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { Row } from '../ledger/row.ts';
import { Chains } from '../load/chain.ts';
import { playLoad, type Workers } from '../load/generator.ts';
import { makePayloads } from '../load/payload.ts';
import { type LoadPlan, planLoad } from '../load/plan.ts';
import { Population } from '../load/population.ts';
import { countPublishes } from '../load/publish-report.ts';
import { Publisher } from '../load/publisher.ts';
import { Readers } from '../load/readers.ts';
import { Requests } from '../load/requests.ts';
import type { Tally } from '../measure/tally.ts';
import type { Phase, Workload } from '../scenario.ts';
import type { SystemUnderTest } from '../sut.ts';
import type { Announcements } from './announcements.ts';
import { Audience } from './audience.ts';
import type { UnderWay } from './ending.ts';

export interface PlayOptions {
  readonly phases: readonly Phase[];
  readonly startMs: number;
  readonly tally: Tally;
  readonly plan: LoadPlan;
  readonly signal: AbortSignal;
  readonly beat: (elapsedMs: number) => void;
}

/**
 * Everything that drives one system under test and sees what comes back: ledgers, subscribers, publishers and the
 * population. Lives through the warm-up and the measured time; each is played with a tally of its own.
 */
export class Session implements UnderWay {
  readonly #sut: SystemUnderTest;
  readonly #clock: Clock;
  readonly #workload: Workload;
  readonly #random: Random;
  readonly #payloads: readonly string[];
  readonly #announcements: Announcements;
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
  #tally: Tally;

  constructor(parts: {
    readonly sut: SystemUnderTest;
    readonly workload: Workload;
    readonly clock: Clock;
    readonly random: Random;
    readonly announcements: Announcements;
    readonly tally: Tally;
  }) {
    const { sut, workload, clock, random, announcements, tally } = parts;
    this.#sut = sut;
    this.#clock = clock;
    this.#workload = workload;
    this.#random = random;
    this.#announcements = announcements;
    this.#tally = tally;
    const { agents, chain, deadlineMs, payload } = workload;
    this.#payloads = makePayloads(payload.bytes, payload.compressible, random.fork('payloads'));
    const compared = compareOneIn(workload);
    this.eventLedger = new Ledger('event', agents + (chain?.count ?? 0), compared.events);
    this.messageLedger = new Ledger('message', agents, compared.messages);
    const messageRow = this.messageLedger.join('the addressed agent');
    this.events = new Publisher({
      publish: (batch) => sut.events.publish(batch),
      ledger: this.eventLedger,
      clock,
      deadlineMs,
      report: countPublishes('events', tally, clock),
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
    this.audience = new Audience({ sut, clock, ledger, announcements, handlingMs, tally });
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
  }

  get subscriptionCount(): number {
    return this.audience.count + this.population.subscriptionCount;
  }

  /** The operations of some phases; the same seed and label give the same plan. */
  plan(phases: readonly Phase[], label: string): LoadPlan {
    return planLoad(this.#workload, phases, this.#random.fork(label), this.#payloads.length);
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
        if (row.originals.samples(message.sentAt)) row.compare(message);
        if (owed) tally.latencies.message_routing_ms.record(now - at, at);
      }
    }
  }

  /** What is asked for from now on counts in `tally`. */
  count(tally: Tally): void {
    this.#tally = tally;
    this.events.report = countPublishes('events', tally, this.#clock);
    this.messages.report = countPublishes('messages', tally, this.#clock);
    this.population.tally = tally;
    this.readers.tally = tally;
    this.audience.tally = tally;
  }

  async play({ startMs, tally, plan, signal, beat }: PlayOptions): Promise<void> {
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
        signal,
        beat,
      },
      startMs,
    );
  }

  /** (event, subscriber) and (message, agent) pairs sent and not yet delivered, refused or in doubt. */
  outstanding(): number {
    return this.eventLedger.outstanding() + this.messageLedger.outstanding();
  }

  /** Nothing is under way any more. */
  get quiet(): boolean {
    const { events, messages, population, readers, chains } = this;
    if (events.inFlight + messages.inFlight + population.pending + readers.pending > 0) return false;
    if (this.audience.witnessed && this.#announcements.missing > 0) return false;
    return (chains === null || chains.complete || chains.links === 0) && this.outstanding() === 0;
  }

  arrived(): number {
    const rows = [...this.eventLedger.rows, ...this.messageLedger.rows];
    const deliveries = rows.reduce((sum, row) => sum + row.accounted, 0);
    return deliveries + (this.chains?.links ?? 0) + this.#announcements.seen;
  }

  describe(): string {
    const { chains } = this;
    const starts = this.audience.witnessed ? this.#announcements.missing : 0;
    return [
      [this.outstanding(), 'deliveries'],
      [this.events.inFlight + this.messages.inFlight, 'sends without an answer'],
      [this.population.pending, 'operations'],
      [this.readers.pending, 'reads'],
      [starts, 'starts not seen'],
      [chains === null || chains.links === 0 ? 0 : chains.wanted - chains.done, 'chains'],
    ]
      .filter(([count]) => count !== 0)
      .map(([count, what]) => `${count} ${what}`)
      .join(', ');
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

  /** Nobody waits any longer: what has no answer now is unknown. Resolves when all of it is counted. */
  async giveUp(): Promise<void> {
    this.events.giveUp();
    this.messages.giveUp();
    this.requests.giveUp();
    await nextTurn();
  }

  /** What was asked and never answered, and how often. */
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
