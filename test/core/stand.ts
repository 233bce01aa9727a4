import { setImmediate as turn } from 'node:timers/promises';
import type { Agent } from '../../core/agent.ts';
import { createOrchestrator } from '../../core/create-orchestrator.ts';
import { type ErrorCode, isTestbedError } from '../../core/error.ts';
import type { AgentEvent, EventType } from '../../core/event.ts';
import type { OrchestratorOptions } from '../../core/options.ts';
import type { Orchestrator } from '../../core/orchestrator.ts';
import { createRandom } from '../../core/random.ts';
import type { StorageReads } from '../../core/storage.ts';
import { FakeClock } from '../doubles/fake-clock.ts';
import { TinyBus } from './tiny-bus.ts';
import { TinyStorage } from './tiny-storage.ts';

/** An orchestrator on ports of our own, with what it reported. */
export interface Stand {
  readonly bus: TinyBus;
  readonly storage: TinyStorage;
  readonly clock: FakeClock;
  readonly orchestrator: Orchestrator;
  readonly reported: string[];
}

/** Another node, or the next life of one, on the same ports. */
export async function stand(
  options: OrchestratorOptions = {},
  on: { bus?: TinyBus; storage?: TinyStorage; copy?: StorageReads; clock?: FakeClock; node?: string } = {},
): Promise<Stand> {
  const { bus = new TinyBus(), storage = new TinyStorage(), clock = new FakeClock(), node = 'main' } = on;
  const reported: string[] = [];
  const report = (error: unknown, doing: string): void => {
    reported.push(`${doing}: ${isTestbedError(error) ? error.code : error}`);
  };
  const copy = on.copy && { copy: on.copy };
  const parts = { bus, storage, ...copy, clock, random: createRandom(7), node };
  const orchestrator = await createOrchestrator({
    ...parts,
    options: { report, retention: null, ...options },
  });
  return { bus, storage, clock, orchestrator, reported };
}

/** Lets everything happen that needs no time to pass. */
export async function settle(turns = 20): Promise<void> {
  for (let count = 0; count < turns; count++) await turn();
}

/** The code with which it rejects; `none` when it does not, `other` when it is none of ours. */
export async function codeOf(action: () => Promise<unknown>): Promise<ErrorCode | 'none' | 'other'> {
  try {
    await action();
    return 'none';
  } catch (error) {
    return isTestbedError(error) ? error.code : 'other';
  }
}

export function storedAgent(id: string, change: Partial<Agent> = {}): Agent {
  return {
    id,
    status: 'running',
    version: 5,
    swarmId: null,
    parentId: null,
    owner: 'main',
    attempt: 0,
    createdAt: 1,
    updatedAt: 1,
    task: null,
    session: null,
    result: null,
    error: null,
    ...change,
  };
}

let sequence = 0;

export function event(key: string, change: Partial<AgentEvent> = {}): AgentEvent {
  const type: EventType = 'text_delta';
  return {
    key,
    type,
    swarmId: '',
    producer: 1,
    sequence: ++sequence,
    at: 0,
    sentAt: 0,
    data: null,
    ...change,
  };
}

export function events(count: number, key = 'a'): AgentEvent[] {
  return Array.from({ length: count }, () => event(key));
}

export function statuses(storage: TinyStorage): { [id: string]: string } {
  return Object.fromEntries([...storage.agentRows].map(([id, { status }]) => [id, status]));
}
