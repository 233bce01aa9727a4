import type { Clock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import { createRandom } from '../../core/random.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { Histogram } from '../measure/histogram.ts';
import { Tally } from '../measure/tally.ts';
import type { Workload } from '../scenario.ts';
import { type GeneratorParts, playLoad, type Workers } from './generator.ts';
import { commandsTopic } from './member.ts';
import { planLoad } from './plan.ts';
import { Publisher } from './publisher.ts';
import { Subscriber } from './subscriber.ts';

/** A target asked `perS` times a second that stands still for the last `stallMs` of every `everyMs`. */
export interface KnownStall {
  readonly everyMs: number;
  readonly stallMs: number;
  readonly perS: number;
  readonly periods: number;
}

/** What the load's own instruments said of it. */
export interface StallMeasured {
  /** From due to handled: what a user would have waited. */
  readonly delivery: Histogram;
  /** From sent to handled. */
  readonly service: Histogram;
}

export type Publish = (events: readonly AgentEvent[]) => Promise<void>;
/** Starts a target; `deliver` is to be called with what was published when the target has handled it. */
export type StallTarget = (startMs: number, deliver: (events: readonly AgentEvent[]) => void) => Publish;

/** The percentile of `delivery` that arithmetic gives: what is due in a stall waits for its end, all else not at all. */
export function predictedDeliveryMs({ everyMs, stallMs, perS }: KnownStall, percent: number): number {
  const waits = Array.from({ length: Math.round((everyMs * perS) / 1000) }, (_, index) => {
    const dueMs = (index * 1000) / perS;
    return dueMs < everyMs - stallMs ? 0 : everyMs - dueMs;
  }).sort((a, b) => a - b);
  return waits[Math.max(1, Math.ceil((percent / 100) * waits.length - 1e-9)) - 1] as number;
}

/** Stands still by itself: what it is sent meanwhile queues, as in a store that is busy. The sender is not held up. */
export function queueingTarget({ everyMs, stallMs }: KnownStall, clock: Clock): StallTarget {
  return (startMs, deliver) => async (events) => {
    const insideMs = (clock.now() - startMs) % everyMs;
    if (insideMs >= everyMs - stallMs) await clock.sleep(everyMs - insideMs);
    deliver(events);
  };
}

/** Stands still together with the process that the load runs in; `block` lets the time pass until then, doing nothing else. */
export function blockingTarget(
  { everyMs, stallMs, periods }: KnownStall,
  clock: Clock,
  block: (untilMs: number) => void,
): StallTarget {
  return (startMs, deliver) => {
    for (let period = 1; period <= periods; period++) {
      const endMs = startMs + period * everyMs;
      clock.after(endMs - stallMs - startMs, () => block(endMs));
    }
    return async (events) => deliver(events);
  };
}

/**
 * Plays the stall through the real generator, publisher, ledger and subscriber. It is known what must come out, so it
 * shows whether the instruments can be believed: those that start their clock at the send, or wait for a reply before
 * they send, take a stall for a few slow requests.
 */
export async function measureStall(
  stall: KnownStall,
  clock: Clock,
  target: StallTarget,
): Promise<StallMeasured> {
  const startMs = clock.now();
  const forMs = stall.everyMs * stall.periods;
  const { perS, stallMs } = stall;
  const workload = eventsAlone({ perS, forMs, batch: 1000, patienceMs: 10 * stallMs });
  const tally = new Tally([{ name: 'stall', fromMs: startMs, toMs: startMs + forMs }]);
  const eventLedger = new Ledger('event', 1);
  const subscriber = new Subscriber(eventLedger.join('subscriber'), clock, tally, null);
  const publish = target(startMs, subscriber.handle);
  await playLoad(partsOf({ workload, payload: '', clock, tally, eventLedger, publish }), startMs);
  for (let waitedMs = 0; eventLedger.outstanding() > 0 && waitedMs < workload.deadlineMs; waitedMs++)
    await clock.sleep(1);
  const { event_delivery_ms, event_service_ms } = tally.latencies;
  return { delivery: event_delivery_ms.total(), service: event_service_ms.total() };
}

/** The real generator with one worker and nothing around it: what it publishes goes to `publish`. */
export function partsOf(given: {
  readonly workload: Workload;
  readonly payload: string;
  readonly clock: Clock;
  readonly tally: Tally;
  readonly eventLedger: Ledger;
  readonly publish: Publish;
}): GeneratorParts {
  const { workload, payload, clock, tally, eventLedger, publish } = given;
  const { deadlineMs } = workload;
  const messageLedger = new Ledger('message', 1);
  const report = { acked: () => {}, refused: () => {}, unknown: () => {} };
  return {
    workload,
    plan: planLoad(workload, workload.phases, createRandom(1), 1),
    payloads: [payload],
    clock,
    population: oneWorker,
    events: new Publisher({ publish, ledger: eventLedger, clock, deadlineMs, report }),
    messages: new Publisher({ publish: async () => {}, ledger: messageLedger, clock, deadlineMs, report }),
    eventLedger,
    messageLedger,
    tally,
    signal: new AbortController().signal,
    beat: () => {},
  };
}

const oneWorker: Workers = {
  working: (slot) => ({ id: 'agent', slot, swarmId: '', commands: commandsTopic('agent') }),
  transition: () => undefined,
  dueMs: Number.POSITIVE_INFINITY,
  advance: () => {},
  sweep: () => {},
};

/** Events at a constant rate and nothing else, of which `batch` are sent together at the most when they are due together. */
export function eventsAlone(given: {
  readonly perS: number;
  readonly forMs: number;
  readonly batch: number;
  readonly patienceMs: number;
}): Workload {
  const { perS, forMs, batch, patienceMs } = given;
  return {
    agents: 1,
    lifetime: null,
    swarms: null,
    branching: false,
    spawnOverMs: 0,
    subscribers: { count: 1, late: 0 },
    payload: { bytes: 0, compressible: 0 },
    arrivals: 'constant',
    eventsPerS: perS,
    messagesPerS: 0,
    transitionsPerS: 0,
    concurrency: 1,
    inFlight: Number.POSITIVE_INFINITY,
    batch,
    deadlineMs: patienceMs,
    drainMs: patienceMs,
    phases: [{ name: 'events', forMs, warmup: false, rateFrom: 1, rateTo: 1 }],
    chain: null,
    events: { delivery: 'async', queueLimit: 1000, whenFull: 'block', logLimit: null },
  };
}
