import type { Connections, Lifetime, Phase, Workload } from '../scenarios/scenario.ts';
import { limit, resolveOrchestrator } from './orchestrator.ts';
import type { ConnectionsFile, PhaseFile, WorkloadFile } from './scenario-file.ts';
import { parseDuration, parseRamp, parseRange, parseRate, parseSize } from './units.ts';

/** A workload that the schema has accepted, every unit a number. Nothing here can be wrong any more. */
export function resolveWorkload(file: WorkloadFile): Workload {
  const { agents, swarms, subscribers, payload, backlog, chain, eventBus, messageBus } = file;
  const perS = (text: string): number => {
    const rate = parseRate(text);
    return rate.perAgent ? rate.perS * agents : rate.perS;
  };
  return {
    agents,
    lifetime: file.lifetime ? resolveLifetime(file.lifetime) : null,
    swarms: swarms ? { ...parseRange(swarms.size), strategies: swarms.strategies } : null,
    branching: file.branching,
    spawnOverMs: parseDuration(file.spawnOver),
    subscribers: resolveSubscribers(subscribers),
    ...(file.connections && { connections: resolveConnections(file.connections) }),
    payload: { bytes: parseSize(payload.size), compressible: payload.compressible },
    arrivals: file.arrivals,
    eventsPerS: perS(file.events),
    messagesPerS: perS(file.messages),
    transitionsPerS: perS(file.transitions),
    readsPerS: perS(file.reads),
    ...(file.requests !== '0/s' && { requestsPerS: perS(file.requests) }),
    looks: file.looks,
    writers: file.writers,
    mailbox: file.mailbox,
    concurrency: file.concurrency,
    inFlight: file.inFlight,
    batch: file.batch,
    deadlineMs: parseDuration(file.deadline),
    drainMs: parseDuration(file.drain),
    phases: (file.phases ?? []).map(resolvePhase),
    ...(backlog && { backlog: { events: backlog.events, withinMs: parseDuration(backlog.within) } }),
    chain: chain ? { depth: chain.depth, count: chain.count } : null,
    events: { ...eventBus, logLimit: limit(eventBus.logLimit) },
    messages: { ...messageBus, subscriptionLimit: limit(messageBus.subscriptionLimit) },
    orchestrator: resolveOrchestrator(file.orchestrator),
  };
}

function resolveSubscribers(written: WorkloadFile['subscribers']): Workload['subscribers'] {
  if (typeof written === 'number') return { count: written, late: 0, handlingMs: 0 };
  const { count, late = 0, handling } = written;
  return { count, late, handlingMs: handling === undefined ? 0 : parseDuration(handling) };
}

function resolveConnections({ rate, standStill, ...written }: ConnectionsFile): Connections {
  return { ...written, openPerS: parseRate(rate).perS, standStillMs: parseDuration(standStill) };
}

function resolveLifetime({ mean, complete, fail, kill }: NonNullable<WorkloadFile['lifetime']>): Lifetime {
  const shares = [complete, fail, kill];
  const none = shares.every((share) => share === undefined);
  return {
    meanMs: parseDuration(mean),
    complete: none ? 1 : (complete ?? 0),
    fail: fail ?? 0,
    kill: kill ?? 0,
  };
}

function resolvePhase({ name, for: duration, warmup, rate }: PhaseFile): Phase {
  const { from, to } = parseRamp(rate);
  return { name, forMs: parseDuration(duration), warmup, rateFrom: from, rateTo: to };
}
