import type { Clock } from '../../core/clock.ts';
import type { Disturbance } from '../measure/phases.ts';
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
  /** Of an orchestrator in a process of its own; null where there is none, or it was another at the end. */
  readonly node: ServersUsed | null;
  readonly maxLag: number;
  readonly loopDelay: LoopDelay['histogram'];
}

/** What is looked at beside this process. `beside`: what else of the cell takes CPU. */
export interface Gaugeable extends Pick<OpenSystem, 'servers' | 'node'> {
  readonly beside?: readonly { readonly pid: number }[];
}

/** Reads the process, its servers and the machine from the start of the load to its end. */
export class Gauges {
  readonly #meter: ServerMeter;
  readonly #nodeMeter: ServerMeter;
  /** Of further gateways, and of clients over WebSockets. */
  readonly #besideMeter: ServerMeter;
  readonly #loopDelay: LoopDelay;
  readonly #cpuBefore = process.cpuUsage();
  readonly #machineBefore = readMachine();
  #rssMaxBytes = process.memoryUsage.rss();
  #maxLag = 0;

  /** `disturbance`: when faults are done to this very process, whose loop is then not looked at. */
  constructor({ servers, node, beside = [] }: Gaugeable, clock: Clock, disturbance: Disturbance | null) {
    this.#meter = new ServerMeter(servers, clock.now());
    this.#nodeMeter = new ServerMeter(node === null ? [] : [node], clock.now());
    this.#besideMeter = new ServerMeter(beside, clock.now());
    this.#loopDelay = new LoopDelay(clock, disturbance);
    this.#loopDelay.start();
  }

  /** To be called often; `lag` is what is outstanding now. */
  beat(nowMs: number, lag: number): void {
    this.#rssMaxBytes = Math.max(this.#rssMaxBytes, rssBytes() ?? 0);
    this.#maxLag = Math.max(this.#maxLag, lag);
    this.#meter.beat(nowMs);
    this.#nodeMeter.beat(nowMs);
  }

  end(): Gauged {
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
        cpuS + (servers?.cpuS ?? 0) + (node?.cpuS ?? 0) + besideS,
      ),
      rssMaxBytes: this.#rssMaxBytes,
      servers,
      node,
      maxLag: this.#maxLag,
      loopDelay: this.#loopDelay.histogram,
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
