import { compareSamples } from '../ledger/compare-samples.ts';
import { Ledger } from '../ledger/ledger.ts';
import { mergeLedgers } from '../ledger/merge.ts';
import type { LedgerPart } from '../ledger/part.ts';
import { ownerOf } from '../load/share.ts';
import { Histogram, type HistogramPart } from '../measure/histogram.ts';
import type { WorkerUse } from '../run/worker-use.ts';
import type { Ended, Look } from './protocol.ts';

/** What the workers of a load have counted, put together: as if one process had counted all of it. */
export class Looks {
  readonly each: readonly Look[];
  readonly #ledgers = new Map<'events' | 'messages', Ledger>();

  /** One of each worker, in their order. */
  constructor(each: readonly Look[]) {
    this.each = each;
  }

  ledger(of: 'events' | 'messages'): Ledger {
    let ledger = this.#ledgers.get(of);
    if (ledger === undefined) {
      ledger = Ledger.from(this.#merged(of));
      this.#ledgers.set(of, ledger);
    }
    return ledger;
  }

  /** A message arrives where it was sent, and has been compared there. */
  #merged(of: 'events' | 'messages'): LedgerPart {
    const parts = this.each.map((look) => look[of]);
    const merged = mergeLedgers(parts, (producer) => ownerOf(producer, parts.length));
    const samples = this.each.flatMap((look) => look.samples ?? []);
    return of === 'events' && samples.length > 0 ? compareSamples(merged, parts, samples) : merged;
  }

  sum(of: (look: Look) => number): number {
    return this.each.reduce((sum, look) => sum + of(look), 0);
  }

  get open(): Look['open'] {
    return {
      sends: this.sum(({ open }) => open.sends),
      operations: this.sum(({ open }) => open.operations),
      reads: this.sum(({ open }) => open.reads),
    };
  }

  /** Agents whose start the first subscriber, who is with the first worker, has not seen. */
  get startsMissing(): number {
    const [first] = this.each;
    if (first === undefined || first.calls.length === 0) return 0;
    const { acknowledged, missing, foreign } = first.starts;
    return Math.max(0, this.sum(({ starts }) => starts.acknowledged) - (acknowledged - missing + foreign));
  }

  /** Null: no system can say. */
  get dropped(): number | null {
    if (this.each.every(({ dropped }) => dropped === null)) return null;
    return this.sum(({ dropped }) => dropped ?? 0);
  }

  get unanswered(): readonly (readonly [what: string, times: number])[] {
    const all = new Map<string, number>();
    for (const { unanswered } of this.each)
      for (const [what, times] of unanswered) all.set(what, (all.get(what) ?? 0) + times);
    return [...all];
  }

  /** How many events the handler of a row's subscriber was called with. */
  callsOf(row: string): number {
    return new Map(this.each.flatMap(({ calls }) => calls)).get(row) ?? 0;
  }
}

/** What a worker used while it played. */
export function useOf(pid: number, { look, cpuS, rssMaxBytes, loopDelay }: Ended): WorkerUse {
  const { histograms, counts } = look.tally;
  return {
    pid,
    cpuS,
    rssMaxBytes,
    loopDelay: together([loopDelay]),
    sendLag: {
      events: together(histograms?.get('sendLag.events') ?? []),
      messages: together(histograms?.get('sendLag.messages') ?? []),
    },
    sent: counts.eventsSent + counts.messagesSent,
  };
}

function together(parts: readonly HistogramPart[]): Histogram {
  const all = new Histogram();
  for (const part of parts) all.addPart(part);
  return all;
}
