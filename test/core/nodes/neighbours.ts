import { memoryBus, memoryStorage } from '../../../adapters/memory/index.ts';
import { AdjustableClock } from '../../../chaos/clock/adjustable-clock.ts';
import { createGate, type Gate, gateBus, gateStorage } from '../../../chaos/gate.ts';
import type { Agent } from '../../../core/agent.ts';
import type { Bus } from '../../../core/bus.ts';
import { createOrchestrator } from '../../../core/create-orchestrator.ts';
import { isTestbedError } from '../../../core/error.ts';
import type { OrchestratorOptions } from '../../../core/options.ts';
import type { Orchestrator } from '../../../core/orchestrator.ts';
import { createRandom } from '../../../core/random.ts';
import type { Storage } from '../../../core/storage.ts';
import { FakeClock } from '../../doubles/fake-clock.ts';

/** Several nodes on one memory stack, each with a clock of its own: one whose time does not pass is a process that is stopped. */
export class Neighbours {
  readonly bus: Bus;
  readonly storage: Storage;
  readonly all: Neighbour[] = [];
  readonly #options: OrchestratorOptions;

  private constructor(bus: Bus, storage: Storage, options: OrchestratorOptions) {
    this.bus = bus;
    this.storage = storage;
    this.#options = options;
  }

  static async open(count: number, options: OrchestratorOptions = {}): Promise<Neighbours> {
    const place = { directory: '', namespace: 'test', durability: 'none', options: {} };
    const [bus, storage] = await Promise.all([memoryBus.open(place), memoryStorage.open(place)]);
    const nodes = new Neighbours(bus.port, storage.port, options);
    for (let index = 1; index <= count; index++) await nodes.join(`node-${index}`);
    return nodes;
  }

  async join(node: string): Promise<Neighbour> {
    const gate = createGate();
    const base = new FakeClock();
    const clock = new AdjustableClock(base);
    const reported: string[] = [];
    const report = (error: unknown, doing: string): void => {
      reported.push(`${doing}: ${isTestbedError(error) ? error.code : error}`);
    };
    const orchestrator = await createOrchestrator({
      bus: gateBus(this.bus, gate),
      storage: gateStorage(this.storage, gate),
      clock,
      random: createRandom(this.all.length + 1),
      node,
      options: { retention: null, lease: {}, ...this.#options, report },
    });
    const neighbour = new Neighbour(orchestrator, gate, base, clock, reported);
    this.all.push(neighbour);
    return neighbour;
  }

  /** Time passes for all that are not stopped, in steps as short as a look is from the next. */
  async advance(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      for (const one of this.all) if (!one.stopped) await one.base.advance(50);
    }
  }

  async agents(): Promise<readonly Agent[]> {
    return (await this.storage.agents.find({}, { limit: 10_000 })).items;
  }

  /** By owner, how many agents it has. */
  async owners(): Promise<{ readonly [owner: string]: number }> {
    const counts: { [owner: string]: number } = {};
    for (const { owner } of await this.agents()) counts[owner ?? '-'] = (counts[owner ?? '-'] ?? 0) + 1;
    return counts;
  }
}

export class Neighbour {
  readonly orchestrator: Orchestrator;
  readonly base: FakeClock;
  readonly clock: AdjustableClock;
  readonly reported: string[];
  readonly #gate: Gate;
  #woken = Promise.withResolvers<void>();
  stopped = false;

  constructor(
    orchestrator: Orchestrator,
    gate: Gate,
    base: FakeClock,
    clock: AdjustableClock,
    reported: string[],
  ) {
    this.orchestrator = orchestrator;
    this.#gate = gate;
    this.base = base;
    this.clock = clock;
    this.reported = reported;
  }

  get owner(): string {
    return this.orchestrator.stats().lease?.owner ?? '';
  }

  /** As SIGSTOP: its time does not pass, and what it asks for waits until it is woken. */
  stop(): void {
    this.stopped = true;
    this.#woken = Promise.withResolvers<void>();
    const { promise } = this.#woken;
    this.#gate.effect = async (_, proceed) => {
      await promise;
      return proceed();
    };
  }

  wake(): void {
    this.stopped = false;
    this.#gate.effect = null;
    this.#woken.resolve();
  }

  /** What it asks for it does not get, as when it is cut off. */
  cutOff(error: Error): void {
    this.#gate.effect = async () => {
      throw error;
    };
  }

  reach(): void {
    this.#gate.effect = null;
  }
}
