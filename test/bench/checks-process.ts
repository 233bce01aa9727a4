/**
 * Every check over ten million deliveries: noted by subscribers of the load in the ledger, with some lost and some given
 * twice, and over the changes of agents that a control log has on disk.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStorage } from '../../adapters/memory/index.ts';
import type { Agent, AgentStatus } from '../../core/agent.ts';
import { systemClock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import { createRandom } from '../../core/random.ts';
import type { AgentRepository } from '../../core/storage.ts';
import type { Evidence } from '../../scenarios/checks/check.ts';
import { runChecks } from '../../scenarios/checks/run-checks.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { Subscriber } from '../../scenarios/load/subscriber.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import { announcementsIn } from '../../scenarios/run/announcements.ts';
import { collectFinalState } from '../../scenarios/run/collect.ts';
import { ControlLog } from '../../scenarios/run/control-log.ts';
import { observeStorage } from '../../scenarios/run/observe-storage.ts';
import { checkNames } from '../../scenarios/scenario.ts';

const [producers, subscribers, batches, perBatch] = [100, 10, 2000, 500];
const [agentCount, changesEach, perUpdate] = [1000, 50, 100];
/** One batch in so many misses an event at one subscriber, and another one comes to it twice. */
const faulty = 100;

function deliverAll(ledger: Ledger): void {
  const startMs = systemClock.now();
  const tally = new Tally([{ name: 'steady', fromMs: startMs, toMs: startMs + 60_000 }]);
  const all = Array.from({ length: subscribers }, (_, index) => {
    return new Subscriber(ledger.join(`subscriber ${index + 1}`), systemClock, tally, null);
  });
  for (let batch = 0; batch < batches; batch++) {
    const at = systemClock.now();
    const events = Array.from({ length: perBatch }, (_, index): AgentEvent => {
      const producer = (index % producers) + 1;
      const numbers = { producer, sequence: ledger.next(producer - 1), at, sentAt: at };
      return { type: 'text_delta', key: `agent-${producer}`, swarmId: '', ...numbers, data: '' };
    });
    ledger.originals.keep(events);
    ledger.acks.note(events, at);
    all.forEach(({ handle }, index) => {
      const bad = index === batch % subscribers && batch % faulty < subscribers;
      handle(bad ? [...events.slice(1), ...events.slice(-1)] : events);
    });
  }
}

function agentOf(index: number, version: number, status: AgentStatus): Agent {
  const [id, owner, swarmId] = [`agent-${index}`, 'main', `swarm-${index % 50}`];
  const nothing = { parentId: null, task: null, session: null, result: null, error: null };
  return { id, status, version, owner, swarmId, ...nothing, attempt: 0, createdAt: 0, updatedAt: 0 };
}

/** Every agent is spawned and then paused and resumed, again and again. */
async function changeAll(agents: AgentRepository, log: ControlLog): Promise<void> {
  for (let version = 1; version <= changesEach; version++) {
    const status = version === 1 ? 'spawning' : version % 2 === 0 ? 'running' : 'paused';
    for (let first = 0; first < agentCount; first += perUpdate) {
      const some = Array.from({ length: perUpdate }, (_, index) => agentOf(first + index, version, status));
      if (version === 1) await agents.insert(some);
      else await agents.update(some);
      if (version === 2) for (const { id } of some) log.noteSpawn(id);
    }
  }
}

async function evidenceOf(events: Ledger, log: ControlLog, agents: AgentRepository): Promise<Evidence> {
  const control = await log.read();
  const state = await collectFinalState(agents, createRandom(1));
  return {
    events,
    messages: new Ledger('message', producers),
    cellStartMs: 0,
    loadStartMs: 0,
    order: 'channel',
    promises: {
      durability: 'process-crash',
      bus: { replay: 'all', redelivers: true, embedded: true },
      storage: { embedded: true },
    },
    faults: [],
    series: {},
    rules: [],
    recovery: { withinMs: 5000, windows: 10 },
    control,
    ...state,
    owners: null,
    ...announcementsIn(control),
    witnessed: false,
    stillArriving: false,
    backlog: null,
    chains: null,
  };
}

const directory = mkdtempSync(join(tmpdir(), 'testbed-checks-'));
try {
  const startedMs = performance.now();
  const ledger = new Ledger('event', producers);
  deliverAll(ledger);
  const place = { directory, namespace: 'checks', durability: 'none', options: {} };
  const storage = await memoryStorage.open(place);
  const log = new ControlLog(systemClock, join(directory, 'control.ndjson'));
  await changeAll(observeStorage(storage.port, log).agents, log);
  await log.close();
  const notedMs = performance.now();
  const checked = runChecks(checkNames, await evidenceOf(ledger, log, storage.port.agents), systemClock);
  const doneMs = performance.now();
  const verdicts = Object.fromEntries(checked.map(({ result }) => [result.check, result.verdict]));
  const found = checked.find(({ result }) => result.check === 'no-lost-acked')?.facts.length;
  if (found !== (batches / faulty) * subscribers || verdicts['linearizable'] !== 'PASS')
    throw new Error(`not what was put in: ${found} losses, ${JSON.stringify(verdicts)}`);
  process.stdout.write(
    JSON.stringify({
      recordingS: (notedMs - startedMs) / 1000,
      checksS: (doneMs - notedMs) / 1000,
      rssMb: process.resourceUsage().maxRSS / 1000,
    }),
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
