/**
 * The orchestrator as a library, without the runner: three agents count the words of three texts, one adds up.
 *
 *     node docs/examples/orchestrator.ts
 */
import { tmpdir } from 'node:os';
import { memoryBus, memoryStorage } from '../../adapters/memory/index.ts';
import { agentTopic, createOrchestrator, createRandom, systemClock, type Work } from '../../core/index.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

// 1. A bus and a storage. Any adapter will do; the orchestrator sees only the two ports.
const place = { directory: tmpdir(), namespace: 'example', durability: 'none', options: {} };
const bus = await memoryBus.open(place);
const storage = await memoryStorage.open(place);

// 2. The orchestrator. A failure is retried twice; what has ended is forgotten after a minute.
const orchestrator = await createOrchestrator({
  bus: bus.port,
  storage: storage.port,
  clock: systemClock,
  random: createRandom(1),
  node: 'example',
  options: { retry: { attempts: 2, baseMs: 20 }, retention: { endedForMs: 60_000 } },
});
orchestrator.performanceMonitor.start({
  heapThreshold: 500 * 1024 * 1024,
  eventRateThreshold: 1000,
  alertHandler: ({ kind, value }) => say(`alert: ${kind} is ${value}`),
});

// 3. Whoever wants to know subscribes: events by type, agent, swarm or any condition; handlers get batches.
const watching = await orchestrator.events.subscribe({ types: ['error', 'agent_complete'] }, (events) => {
  for (const { type, data } of events) say(`event ${type} ${JSON.stringify(data)}`);
});

// 4. A swarm with real work. The first text cannot be read the first time: its agent fails, and is tried again.
const work: Work = ({ agent, step, input }) => {
  if (step === 'combine') return (input as number[]).reduce((sum, count) => sum + count, 0);
  const text = input as string;
  if (text.startsWith('a rose') && agent.attempt === 0) throw new Error('could not read it');
  return text.split(' ').length;
};
await orchestrator.createSwarm({ id: 'readers', strategy: 'map-reduce', size: 4 });
const words = await orchestrator.swarms.run('readers', {
  work,
  inputs: ['a rose is a rose', 'to be or not to be', 'so it goes'],
});
say(`words in all: ${words}`);

// 5. One agent by hand: it learns, is paused, goes on with what it knew, takes a command and completes.
await orchestrator.spawn([{ id: 'clerk', task: { sort: 'letters' } }]);
await orchestrator.remember('clerk', { sorted: 12 });
await orchestrator.pause('clerk');
const { session } = await orchestrator.resume('clerk');
say(`the clerk goes on with ${JSON.stringify(session)}`);
const commanded = Promise.withResolvers<void>();
await orchestrator.messages.subscribe(
  agentTopic('clerk', 'commands'),
  async ([command]) => {
    say(`the clerk is told: ${command?.data}`);
    await orchestrator.complete('clerk', { sorted: 20 });
    commanded.resolve();
  },
  { until: 'clerk' },
);
await orchestrator.send([{ topic: agentTopic('clerk', 'commands'), type: 'command', data: 'that will do' }]);
await commanded.promise;

// 6. What is stored in the end, and an orderly close: it waits for what is under way and not announced yet.
for (const status of ['completed', 'running'] as const)
  say(`${status}: ${await orchestrator.count({ status })}`);
await watching.close();
await orchestrator.close();
await bus.close();
await storage.close();
