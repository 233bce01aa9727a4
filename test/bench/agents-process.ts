/** How fast agents are spawned, and what an idle one weighs: our orchestrator on memory, through the gate as in every run. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { memoryBus, memoryStorage } from '../../adapters/memory/index.ts';
import { createGate, gateBus, gateStorage } from '../../chaos/gate.ts';
import { systemClock } from '../../core/clock.ts';
import { createOrchestrator } from '../../core/create-orchestrator.ts';
import type { Orchestrator } from '../../core/orchestrator.ts';
import { createRandom } from '../../core/random.ts';

const perSpawn = 1000;

async function createNode(): Promise<Orchestrator> {
  const place = { directory: '.', namespace: 'bench', durability: 'none', options: {} };
  const gate = createGate();
  const bus = gateBus((await memoryBus.open(place)).port, gate);
  const storage = gateStorage((await memoryStorage.open(place)).port, gate);
  return createOrchestrator({ bus, storage, clock: systemClock, random: createRandom(1) });
}

async function spawn(node: Orchestrator, from: number, count: number): Promise<void> {
  for (let first = from; first < from + count; first += perSpawn) {
    const size = Math.min(perSpawn, from + count - first);
    await node.spawn(
      Array.from({ length: size }, (_, index) => ({ id: `agent-${first + index}`, task: null })),
    );
  }
}

/** Bytes in use after two collections with a turn between. */
async function heapBytes(): Promise<number> {
  globalThis.gc?.();
  await nextTurn();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** From the second node on: the first has warmed the code up. */
async function main(): Promise<void> {
  const [some, many] = [100_000, 1_000_000];
  const warm = await createNode();
  await spawn(warm, 0, 10_000);
  await warm.close();
  const node = await createNode();
  const emptyBytes = await heapBytes();
  const startedMs = performance.now();
  await spawn(node, 0, some);
  const spawnS = (performance.now() - startedMs) / 1000;
  await spawn(node, some, many - some);
  const bytesEach = ((await heapBytes()) - emptyBytes) / many;
  const stored = await node.count({ status: 'running' });
  if (stored !== many) throw new Error(`${stored} agents are running`);
  process.stdout.write(JSON.stringify({ spawnS, bytesEach }));
}

await main();
