import type { FaultWindow } from '../../chaos/play-timeline.ts';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { Finding } from '../../reports/record.ts';
import { Arrivals } from '../load/arrivals.ts';
import { RateProfile } from '../load/rate.ts';
import type { PhaseSpan } from '../measure/phases.ts';
import { Tally } from '../measure/tally.ts';
import { AbortWatch } from '../run/abort.ts';
import { AroundMarks } from '../run/around-marks.ts';
import type { FaultPlay } from '../run/fault-play.ts';
import { type Gauged, Gauges } from '../run/gauges.ts';
import { spansOf } from '../run/play.ts';
import type { CellContext } from '../run/run-cell.ts';
import type { ScheduleKept } from '../run/schedule-kept.ts';
import type { Phase, Scenario } from '../scenario.ts';
import { chooserOf } from './choose.ts';
import type { OpenTarget } from './open-target.ts';
import { playClosed } from './play-closed.ts';
import { playOpen } from './play-open.ts';
import type { HttpTarget } from './target.ts';

/** The measured time of a target, as its record is made from it. */
export interface TargetPlayed {
  readonly tally: Tally;
  readonly spans: readonly PhaseSpan[];
  readonly startMs: number;
  readonly playedMs: number;
  readonly plannedMs: number;
  readonly gauged: Gauged;
  /** Requests that were answered, whatever with, and those answered as expected before the load was over. */
  readonly answered: number;
  readonly doneInTime: number;
  readonly schedule: ScheduleKept;
  readonly aroundFaults: ReturnType<AroundMarks['numbers']>;
  readonly faults: readonly FaultWindow[];
  readonly interrupted: boolean;
  readonly findings: readonly Finding[];
}

/** What a load on a target is played with. */
export type LoadSite = Pick<CellContext, 'clock' | 'signal' | 'progress'> & {
  readonly scenario: Scenario & { readonly target: HttpTarget };
  readonly open: OpenTarget;
};

/** Plays phases, and counts them in `tally`. Resolves at their end, whatever is then still under way. */
async function playPhases(
  { scenario, open, clock }: LoadSite,
  phases: readonly Phase[],
  tally: Tally,
  random: Random,
  signal: AbortSignal,
  beat: (elapsedMs: number) => void,
): Promise<void> {
  const { target, workload } = scenario;
  const { requestsPerS = 0, concurrency, deadlineMs, inFlight, arrivals } = workload;
  const profile = new RateProfile(
    phases.map(({ forMs, rateFrom, rateTo }) => ({
      forMs,
      fromPerS: requestsPerS * rateFrom,
      toPerS: requestsPerS * rateTo,
    })),
  );
  const { totalMs } = profile;
  const choose = chooserOf(target.requests, random.fork('requests'));
  const common = { totalMs, choose, clock, tally, signal };
  if (arrivals === 'closed') {
    const { host } = new URL(target.origin);
    const beats = beatUntil(clock, tally.fromMs, beat);
    await playClosed({ ...common, url: open.url, host, connections: concurrency, deadlineMs });
    beats.stop();
  } else {
    const due = new Arrivals(arrivals, profile, random.fork('arrivals'));
    await playOpen({ ...common, arrivals: due, sender: open.sender, inFlight, beat }, tally.fromMs);
  }
}

/** Calls `beat` about every 50 ms, for a load that has no loop of ours. */
function beatUntil(clock: Clock, fromMs: number, beat: (elapsedMs: number) => void): { stop(): void } {
  let cancel = (): void => undefined;
  const next = (): void => {
    cancel = clock.after(50, () => {
      beat(clock.now() - fromMs);
      next();
    });
  };
  next();
  return { stop: () => cancel() };
}

/** Resolves when nothing is under way any more; no later than the deadline of the last request. */
async function settle({ open, clock, scenario }: LoadSite): Promise<void> {
  const untilMs = clock.now() + scenario.workload.deadlineMs;
  while (open.sender.inFlight > 0 && clock.now() < untilMs) await clock.sleep(5);
}

/** The same load, of which no number counts. */
export async function warmUp(site: LoadSite, random: Random): Promise<void> {
  const { scenario, clock, signal, progress } = site;
  const phases = scenario.workload.phases.filter(({ warmup }) => warmup);
  if (phases.length === 0) return;
  const fromMs = clock.now();
  const totalMs = phases.reduce((sum, { forMs }) => sum + forMs, 0);
  const tally = new Tally([{ name: 'uncounted', fromMs, toMs: Number.POSITIVE_INFINITY }]);
  await playPhases(site, phases, tally, random, signal, (elapsedMs) =>
    progress({ phase: 'warmup', elapsedMs, totalMs, eventsPerS: null }),
  );
  await settle(site);
}

/** Plays the measured phases, with what goes wrong meanwhile, and waits for what was asked. */
export async function playTarget(site: LoadSite, faults: FaultPlay, random: Random): Promise<TargetPlayed> {
  const { scenario, clock, signal, progress } = site;
  const phases = scenario.workload.phases.filter(({ warmup }) => !warmup);
  const startMs = clock.now();
  const spans = spansOf(phases, startMs);
  const plannedMs = phases.reduce((sum, { forMs }) => sum + forMs, 0);
  const tally = new Tally(spans, faults.disturbance);
  const { counts } = tally;
  const around = new AroundMarks(tally, () => ({ events: counts.repliesDue, messages: 0 }));
  const watch = new AbortWatch(scenario.thresholds);
  const stop = new AbortController();
  const findings: Finding[] = [];
  const gauges = new Gauges({ servers: [], nodes: [] }, clock, null);
  faults.start(startMs, around);
  await playPhases(site, phases, tally, random, AbortSignal.any([signal, stop.signal]), (elapsedMs) => {
    const nowMs = clock.now();
    gauges.beat(nowMs, 0);
    const phase = spans.findLast(({ fromMs }) => fromMs <= startMs + elapsedMs)?.name ?? '';
    progress({ phase, elapsedMs, totalMs: plannedMs, eventsPerS: null });
    const reason = stop.signal.aborted ? null : watch.check(tally, nowMs, 0);
    if (reason === null) return;
    const detail = `stopped after ${(elapsedMs / 1000).toFixed(1)} s: ${reason}`;
    findings.push({ verdict: 'FAIL', about: 'abort', detail });
    stop.abort();
  });
  const playedMs = clock.now() - startMs;
  const doneInTime = counts.repliesDone;
  const gauged = gauges.end();
  const schedule = around.schedule();
  const windows = await faults.end();
  await settle(site);
  const answered = counts.repliesDone + counts.requestsUnexpected;
  const times = { startMs, playedMs, plannedMs };
  const numbers = { answered, doneInTime, schedule, aroundFaults: around.numbers() };
  return {
    tally,
    spans,
    ...times,
    gauged,
    ...numbers,
    faults: windows,
    interrupted: signal.aborted,
    findings,
  };
}
