import type { Clock } from '../../core/clock.ts';
import { isTestbedError, messageOf } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What a publisher reports; each with the batch it is about. */
export interface PublisherEvents<M extends Message> {
  acked(messages: readonly M[], tookMs: number, sentAtMs: number): void;
  refused(messages: readonly M[], why: string): void;
  unknown(messages: readonly M[]): void;
}

interface Sent<M extends Message> {
  readonly messages: readonly M[];
  readonly sentAtMs: number;
  readonly report: PublisherEvents<M>;
  /** Tells the sender that the outcome is known. */
  readonly known: () => void;
}

/**
 * Sends batches without waiting for replies, and keeps an account of them: acknowledged, refused, or, when no
 * answer came in time, unknown. What is in flight is bounded by the caller, who reads `inFlight`.
 */
export class Publisher<M extends Message> {
  readonly #publish: (messages: readonly M[]) => Promise<void>;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #open = new Set<Sent<M>>();
  /** Where the outcomes of what is sent from now on are counted, whenever they are known. */
  report: PublisherEvents<M>;
  inFlight = 0;
  /** How many publishes were given up on and have no answer yet. */
  unanswered = 0;

  constructor(options: {
    readonly publish: (messages: readonly M[]) => Promise<void>;
    readonly ledger: Ledger;
    readonly clock: Clock;
    readonly deadlineMs: number;
    readonly report: PublisherEvents<M>;
  }) {
    this.#publish = options.publish;
    this.#ledger = options.ledger;
    this.#clock = options.clock;
    this.#deadlineMs = options.deadlineMs;
    this.report = options.report;
  }

  /**
   * The returned promise resolves, never rejects, when the outcome is known or given up on; open models ignore it. `publish`: by
   * another way than all others go.
   */
  send(messages: readonly M[], sentAtMs: number, publish = this.#publish): Promise<void> {
    this.#ledger.originals.keep(messages);
    return new Promise((known) => {
      const sent: Sent<M> = { messages, sentAtMs, report: this.report, known };
      this.#open.add(sent);
      this.inFlight += messages.length;
      void this.#follow(sent, publish);
    });
  }

  async #follow(sent: Sent<M>, publish: (messages: readonly M[]) => Promise<void>): Promise<void> {
    const { messages, sentAtMs, report } = sent;
    try {
      await publish(messages);
    } catch (error) {
      if (!this.#answered(sent)) return;
      if (isUnknown(error)) this.#doubt(sent);
      else {
        this.#ledger.refuse(messages);
        report.refused(messages, describe(error));
      }
      return;
    }
    if (!this.#answered(sent)) return;
    const ackedAtMs = this.#clock.now();
    this.#ledger.acks.note(messages, ackedAtMs);
    report.acked(messages, ackedAtMs - sentAtMs, sentAtMs);
  }

  /** Gives up on what was sent more than the deadline ago: its outcome is unknown from here on. */
  expire(nowMs: number): void {
    for (const sent of this.#open) {
      if (nowMs - sent.sentAtMs <= this.#deadlineMs) return;
      this.#giveUpOn(sent);
    }
  }

  /** Gives up on all that has no answer yet, whatever its deadline. */
  giveUp(): void {
    for (const sent of this.#open) this.#giveUpOn(sent);
  }

  #giveUpOn(sent: Sent<M>): void {
    this.#settle(sent);
    this.unanswered++;
    this.#doubt(sent);
  }

  #doubt({ messages, report }: Sent<M>): void {
    this.#ledger.doubt(messages);
    report.unknown(messages);
  }

  /** False when it was given up on before: what is answered after its deadline stays unknown. */
  #answered(sent: Sent<M>): boolean {
    if (this.#open.has(sent)) {
      this.#settle(sent);
      return true;
    }
    this.unanswered--;
    return false;
  }

  #settle(sent: Sent<M>): void {
    this.#open.delete(sent);
    this.inFlight -= sent.messages.length;
    sent.known();
  }
}

/**
 * Only codes that promise "certainly not held" are a refusal. A timeout, and anything that nobody translated, may
 * have happened all the same.
 */
function isUnknown(error: unknown): boolean {
  return !isTestbedError(
    error,
    'UNAVAILABLE',
    'FULL',
    'OVERLOADED',
    'CLOSED',
    'INVALID_ARGUMENT',
    'UNSUPPORTED',
  );
}

function describe(error: unknown): string {
  return isTestbedError(error) ? `${error.code}: ${error.message}` : messageOf(error);
}
