import type { Clock } from '../../core/clock.ts';
import type { Disturbance } from '../measure/phases.ts';
import { Levels } from './levels.ts';
import { LoopDelay } from './loop-delay.ts';
import { type MachineUse, machineUse, readMachine } from './machine-use.ts';
import type { OpenSystem } from './open-system.ts';
import { ServerMeter, type ServersUsed } from './server-usage.ts';

/** What was used while the load played. */
export interface Gauged {
  readonly cpuS: number;
  readonly machine: MachineUse | null;
  readonly rssMaxBytes: number;
  /** Of the stack's own servers; null where there is none. */
  readonly servers: ServersUsed | null;
  /** Of orchestrators in processes of their own; null where there are none, or one was another at the end. */
  readonly node: ServersUsed | null;
  readonly maxLag: number;
  readonly loopDelay: LoopDelay['histogram'];
  /** How some of it went over the time. */
  readonly levels: Levels;
}

/** What is looked at beside this process. `beside`: what else of the cell takes CPU. */
export interface Gaugeable extends Pick<OpenSystem, 'servers' | 'nodes'> {
  readonly beside?: readonly { readonly pid: number }[];
}

/** Reads the process, its servers and the machine from the start of the load to its end. */
export class Gauges {
  readonly #meter: ServerMeter;
  readonly #nodeMeter: ServerMeter;
  /** Of further gateways, and of clients over WebSockets. */
  readonly #besideMeter: ServerMeter;
  readonly #loopDelay: LoopDelay;
  readonly levels: Levels;
  readonly #cpuBefore = process.cpuUsage();
  readonly #machineBefore = readMachine();
  #rssMaxBytes = process.memoryUsage.rss();
  #maxLag = 0;

  /** `disturbance`: when faults are done to this very process, whose loop is then not looked at. */
  constructor(
    { servers, nodes, beside = [] }: Gaugeable,
    clock: Clock,
    disturbance: Disturbance | null,
    startMs = clock.now(),
  ) {
    this.#meter = new ServerMeter(servers, clock.now());
    this.#nodeMeter = new ServerMeter(nodes, clock.now());
    this.#besideMeter = new ServerMeter(beside, clock.now());
    this.levels = new Levels(startMs);
    this.#loopDelay = new LoopDelay(clock, disturbance, (dueMs, delayMs) =>
      this.levels.note('event_loop_delay_ms', dueMs, delayMs),
    );
    this.#loopDelay.start();
  }

  /** To be called often; `lag` is what is outstanding now. */
  beat(nowMs: number, lag: number): void {
    const rss = rssBytes();
    this.#rssMaxBytes = Math.max(this.#rssMaxBytes, rss ?? 0);
    if (rss !== null) this.levels.note('rss_mb', nowMs, rss / 1e6);
    this.levels.note('consumer_lag', nowMs, lag);
    this.#maxLag = Math.max(this.#maxLag, lag);
    this.#meter.beat(nowMs);
    this.#nodeMeter.beat(nowMs);
  }

  /** `workersS`: CPU time that the load took in processes of its own. */
  end(workersS = 0): Gauged {
    const cpu = process.cpuUsage(this.#cpuBefore);
    const [servers, node] = [this.#meter.end(), this.#nodeMeter.end()];
    const cpuS = (cpu.user + cpu.system) / 1e6;
    const besideS = this.#besideMeter.end()?.cpuS ?? 0;
    this.#loopDelay.stop();
    return {
      cpuS,
      machine: machineUse(
        this.#machineBefore,
        readMachine(),
        cpuS + (servers?.cpuS ?? 0) + (node?.cpuS ?? 0) + workersS + besideS,
      ),
      rssMaxBytes: this.#rssMaxBytes,
      servers,
      node,
      maxLag: this.#maxLag,
      loopDelay: this.#loopDelay.histogram,
      levels: this.levels,
    };
  }
}

/** What this process has in memory; null while a fault lets it open nothing, for the kernel tells it by a file. */
function rssBytes(): number | null {
  try {
    return process.memoryUsage.rss();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EMFILE') return null;
    throw error;
  }
}
