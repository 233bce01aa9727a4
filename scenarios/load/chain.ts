import type { Clock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Closable, SystemUnderTest } from '../sut.ts';
import type { Publisher } from './publisher.ts';

/**
 * Event chains: whoever sees a link emits the next one, from inside its handler, until the chain is `depth` long.
 * A bus that delivers inside the emitter's own call would need a stack as deep as the chain.
 */
export class Chains {
  readonly #clock: Clock;
  readonly #events: Publisher<AgentEvent>;
  readonly #ledger: Ledger;
  readonly #firstProducer: number;
  readonly #depth: number;
  /** Links seen, per chain. */
  readonly #reached: Uint32Array;
  readonly wanted: number;
  links = 0;
  done = 0;

  constructor(options: {
    readonly clock: Clock;
    readonly events: Publisher<AgentEvent>;
    readonly ledger: Ledger;
    /** Producers from here on, one a chain, are the chains' own. */
    readonly firstProducer: number;
    readonly depth: number;
    readonly count: number;
  }) {
    this.#clock = options.clock;
    this.#events = options.events;
    this.#ledger = options.ledger;
    this.#firstProducer = options.firstProducer;
    this.#depth = options.depth;
    this.wanted = options.count;
    this.#reached = new Uint32Array(options.count);
  }

  subscribe(sut: SystemUnderTest): Promise<Closable> {
    return sut.events.subscribe({ types: ['tool_call_end'] }, (events) => {
      for (const { producer, sequence } of events) this.#see(producer - 1 - this.#firstProducer, sequence);
    });
  }

  /** A link delivered twice must neither fork the chain nor finish it twice. */
  #see(chain: number, link: number): void {
    if (link !== (this.#reached[chain] ?? Number.NaN) + 1) return;
    this.#reached[chain] = link;
    this.links++;
    if (link >= this.#depth) this.done++;
    else this.#emit(chain);
  }

  start(): void {
    for (let chain = 0; chain < this.wanted; chain++) this.#emit(chain);
  }

  get complete(): boolean {
    return this.done >= this.wanted;
  }

  #emit(chain: number): void {
    const producer = this.#firstProducer + chain;
    const nowMs = this.#clock.now();
    const link: AgentEvent = {
      type: 'tool_call_end',
      key: `chain-${chain}`,
      swarmId: '',
      producer: producer + 1,
      sequence: this.#ledger.next(producer),
      at: nowMs,
      sentAt: nowMs,
      data: null,
    };
    void this.#events.send([link], nowMs);
  }
}
