import type { Message } from '../../../core/message.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { reach } from '../../load/hearing.ts';
import type { Tally } from '../../measure/tally.ts';
import type { K6Point, ReadMetric } from './points.ts';

/** What k6 has told of its requests, all kinds together. */
export interface K6Told {
  readonly answered: number;
  /** It has no answer to these: they were refused a connection, broke off, or took longer than their deadline. */
  readonly unanswered: number;
  /** Iterations that were due while it had no virtual user left. */
  readonly dropped: number;
  /** Events that arrived without being told of: it was at them when it ended. */
  readonly untold: number;
}

/**
 * Counts in a tally and a ledger what k6's samples tell, as they would have been counted of our own load: what was sent and
 * acknowledged, what it took, what failed, what was due and not made.
 */
export class K6Account {
  readonly #tally: Tally;
  readonly #ledger: Ledger;
  readonly #firstProducer: number;
  /** By the ledger's number of the producer: what it had sent before, and what is told of since. */
  readonly #before: Float64Array;
  readonly #sent = new Map<number, number>();
  readonly #takers: { readonly [metric in ReadMetric]: (point: K6Point) => void } = {
    http_req_duration: (point) => this.#request(point),
    dropped_iterations: (point) => this.#drop(point),
    testbed_late_ms: ({ value, atMs }) => this.#tally.sendLag.events.record(value, atMs),
    testbed_read_ms: (point) => this.#read(point),
    testbed_unsuccessful: (point) => this.#fail(point),
  };
  #answered = 0;
  #unanswered = 0;
  #dropped = 0;

  /** `before`: the last numbers that producers had given when k6 began. */
  constructor(tally: Tally, ledger: Ledger, firstProducer: number, before: Float64Array) {
    this.#tally = tally;
    this.#ledger = ledger;
    this.#firstProducer = firstProducer;
    this.#before = before;
  }

  take(point: K6Point): void {
    this.#takers[point.metric](point);
  }

  /** All samples have been taken. */
  finish(): K6Told {
    const { counts } = this.#tally;
    let untold = 0;
    for (let producer = this.#firstProducer; producer < this.#ledger.producers; producer++) {
      const told = (this.#before[producer] as number) + (this.#sent.get(producer) ?? 0);
      reach(this.#ledger, producer, told);
      for (let sequence = told + 1; sequence <= (this.#ledger.sent[producer] as number); sequence++) {
        untold++;
        this.#doubt(producer, sequence);
      }
    }
    counts.eventsSent += untold;
    return { answered: this.#answered, unanswered: this.#unanswered, dropped: this.#dropped, untold };
  }

  /** A request; our script says of which kind, the sign to begin among them. */
  #request({ atMs, value, tags }: K6Point): void {
    const { kind, status = '0' } = tags;
    if (kind === 'start') return;
    const { counts, latencies, windows } = this.#tally;
    const sentAtMs = atMs - value;
    if (status === '0') this.#unanswered++;
    else {
      this.#answered++;
      latencies.service_ms.record(value, sentAtMs);
      if (Number(status) < 400) counts.requestsDone++;
      else counts.requestsUnexpected++;
    }
    if (kind !== 'events') return;
    const producer = Number(tags['producer']) - 1;
    this.#sent.set(producer, (this.#sent.get(producer) ?? 0) + 1);
    counts.eventsSent++;
    windows.add('offered', sentAtMs, 1);
    if (status !== '202') return;
    counts.eventsAcked++;
    latencies.publish_ms.record(value, sentAtMs);
    windows.add('acked', atMs, 1);
  }

  #read({ atMs, value }: K6Point): void {
    this.#tally.counts.readsDone++;
    this.#tally.latencies.read_ms.record(value, atMs - value);
  }

  #drop({ atMs, value, tags }: K6Point): void {
    const { counts, windows } = this.#tally;
    this.#dropped += value;
    if (tags['scenario'] === 'reads') counts.readsLate += value;
    if (tags['scenario'] !== 'events') return;
    counts.eventsLate += value;
    this.#ledger.miss(value);
    windows.add('offered', atMs, value);
    windows.add('late', atMs, value);
  }

  #fail({ atMs, value: sequence, tags }: K6Point): void {
    const { kind, answer = '0', code = '0' } = tags;
    const producer = Number(tags['producer']) - 1;
    const what = kind === 'reads' ? 'read' : 'publish events';
    const isRefused = isRefusal(Number(answer), Number(code));
    if (isRefused) {
      const why = answer === '0' ? `k6 error ${code}` : `status ${answer}`;
      this.#tally.failed(`${what}: ${why}`, atMs);
    }
    if (kind === 'reads') {
      if (!isRefused) this.#tally.counts.unknown++;
    } else if (isRefused) this.#ledger.refuse([numbered(producer, sequence)]);
    else this.#doubt(producer, sequence);
  }

  #doubt(producer: number, sequence: number): void {
    this.#tally.counts.unknown++;
    this.#ledger.doubt([numbered(producer, sequence)]);
  }
}

/** Statuses of a gateway that nobody knows the outcome of: its own mistakes, and what it had no answer to itself. */
const unknownStatuses: readonly number[] = [500, 502, 504];

/**
 * Whether what was asked has certainly not happened: the gateway says so, or there was no connection to ask on (k6's codes of
 * names that are not found, and of dials that failed).
 */
export function isRefusal(status: number, code: number): boolean {
  if (status > 0) return !unknownStatuses.includes(status);
  return (code >= 1100 && code < 1200) || (code >= 1210 && code <= 1213);
}

/** As much of an event as says which one it is. */
function numbered(producer: number, sequence: number): Message {
  return { producer: producer + 1, sequence } as Message;
}
