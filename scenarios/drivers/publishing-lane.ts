import { TestbedError } from '../../core/error.ts';
import { operations } from '../../core/gateway/operations/table.ts';
import { makeBatch } from '../load/closed.ts';
import type { GeneratorParts } from '../load/generator.ts';
import { errorOf, type Refused } from './caller.ts';
import type { Lane, Shot } from './cannon.ts';
import { eventDraft } from './gateway-system.ts';

/** The operation by which events are published. */
export const publishing = 'publishEvents';
const { method = '', route: path = '' } = operations.find(({ name }) => name === publishing) ?? {};

/** What a connection asks while no agent works: it cannot wait. */
const idling: Shot = { method: 'GET', path: '/ready', headers: {} };

/** What the lanes of a run have asked and what was answered, as they have seen it. */
export class LaneCounts {
  asked = 0;
  answered = 0;
  idle = 0;
}

/** A connection that publishes the next batch of a closed model when the one before was answered. */
export class PublishingLane implements Lane {
  readonly #parts: GeneratorParts;
  readonly #counts: LaneCounts;
  /** Null: it idles. */
  #open: (PromiseWithResolvers<void> & { readonly sentAtMs: number }) | null = null;

  constructor(parts: GeneratorParts, counts: LaneCounts) {
    this.#parts = parts;
    this.#counts = counts;
  }

  next(): Shot {
    const { clock, events, tally } = this.#parts;
    const nowMs = clock.now();
    const batch = makeBatch(this.#parts, nowMs);
    if (batch.length === 0) return idling;
    this.#counts.asked++;
    const open = { ...Promise.withResolvers<void>(), sentAtMs: nowMs };
    this.#open = open;
    tally.counts.eventsSent += batch.length;
    tally.windows.add('offered', nowMs, batch.length);
    void events.send(batch, nowMs, () => open.promise);
    const body = JSON.stringify({ events: batch.map(eventDraft) });
    return { method, path, headers: { 'content-type': 'application/json' }, body };
  }

  answered(status: number, body: string, tookMs: number): void {
    const { tally } = this.#parts;
    const open = this.#open;
    this.#open = null;
    if (open === null) {
      this.#counts.idle++;
      return;
    }
    this.#counts.answered++;
    if (status < 300) {
      tally.counts.requestsDone++;
      tally.latencies.service_ms.record(tookMs, open.sentAtMs);
      open.resolve();
    } else {
      tally.counts.requestsUnexpected++;
      open.reject(refusalOf(status, body));
    }
  }

  lost(): void {
    this.#open?.reject(new TestbedError('TIMEOUT', 'the gateway: no answer'));
    this.#open = null;
  }
}

/** As the gateway says it. */
function refusalOf(status: number, body: string): TestbedError {
  try {
    return errorOf(JSON.parse(body) as Refused);
  } catch (cause) {
    return new TestbedError('CORRUPT', `status ${status}, and no JSON: ${body.slice(0, 100)}`, { cause });
  }
}
