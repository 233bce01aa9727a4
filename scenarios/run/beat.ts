import type { Finding } from '../../reports/record.ts';
import type { LoadPlan } from '../load/plan.ts';
import type { PhaseSpan } from '../measure/phases.ts';
import type { Tally } from '../measure/tally.ts';
import { AbortWatch } from './abort.ts';
import type { Backlog } from './backlog.ts';
import { BeyondReturn, mostSamples } from './beyond-return.ts';
import type { Gauges } from './gauges.ts';
import type { LiveLook } from './live.ts';
import type { Load } from './load.ts';
import type { CellContext } from './run-cell.ts';

export interface BeatParts {
  readonly load: Load;
  readonly context: CellContext;
  readonly tally: Tally;
  readonly spans: readonly PhaseSpan[];
  readonly gauges: Gauges;
  /** Null: nobody watches. */
  readonly live: LiveLook | null;
  /** Null: none was asked for. */
  readonly backlog: Backlog | null;
  /** The ledger's mark of events when the measured time began. */
  readonly from: ArrayLike<number>;
  readonly totalMs: number;
  /** What the schedule asks for. */
  readonly offered: LoadPlan['offered'];
}

/** What happens again and again while the measured load plays: looking, telling, subscribing late, and stopping when told to. */
export class Beat {
  readonly #parts: BeatParts;
  readonly #watch: AbortWatch;
  /** Null: the load plays on though a bound is lost, for all its numbers. */
  readonly #lost: BeyondReturn | null;
  readonly #stop = new AbortController();
  readonly findings: Finding[] = [];
  /** Late subscriptions under way; null: there were none to make yet. */
  lateJoin: Promise<void> | null = null;

  constructor(parts: BeatParts) {
    this.#parts = parts;
    const { thresholds, workload, endsOnceLost = false } = parts.context.cell.scenario;
    this.#watch = new AbortWatch(thresholds);
    this.#lost = endsOnceLost ? new BeyondReturn(thresholds, mostSamples(workload, parts.offered)) : null;
  }

  /** Aborts when a bound says that the load must stop. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  at(elapsedMs: number): void {
    const { load, context, tally, spans, gauges, live, backlog, from, totalMs } = this.#parts;
    const nowMs = context.clock.now();
    const completed = load.eventLedger.completed(from);
    backlog?.look(tally.counts.eventsAcked, context.signal);
    gauges.beat(nowMs, load.outstanding());
    const sample = live?.at(elapsedMs, completed) ?? null;
    context.progress({
      ...(sample && { live: sample }),
      phase: spans.findLast((span) => span.fromMs <= tally.fromMs + elapsedMs)?.name ?? '',
      elapsedMs,
      totalMs,
      eventsPerS: elapsedMs > 0 ? (1000 * completed) / elapsedMs : null,
    });
    if (elapsedMs >= totalMs / 2) this.lateJoin ??= load.joinLate();
    if (this.#stop.signal.aborted) return;
    const reason = this.#watch.check(tally, nowMs, completed) ?? this.#lost?.check(tally) ?? null;
    if (reason === null) return;
    const detail = `stopped after ${(elapsedMs / 1000).toFixed(1)} s: ${reason}`;
    this.findings.push({ verdict: 'FAIL', about: 'abort', detail });
    this.#stop.abort();
  }
}
