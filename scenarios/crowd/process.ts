import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Disturbance, PhaseSpan } from '../measure/phases.ts';
import { readError } from '../node/written-error.ts';
import type { FaultPlay } from '../run/fault-play.ts';
import type { CrowdOpened, CrowdOrder, CrowdReport, FromCrowd, ToCrowd } from './protocol.ts';

/** How long it may take to end in good order, in ms. */
const endWithinMs = 5000;

type Said = FromCrowd['said'];
type Around = Parameters<FaultPlay['start']>[1];

/** The clients of a cell, in a process of their own. UNAVAILABLE for whatever is asked of it once it has ended. */
export class CrowdProcess {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #ended: Promise<never>;
  readonly #exited: Promise<unknown>;
  #waiting: PromiseWithResolvers<FromCrowd> | null = null;

  constructor(child: ChildProcess, clock: Clock) {
    this.#child = child;
    this.#clock = clock;
    this.#exited = once(child, 'exit');
    this.#ended = this.#exited.then(() => {
      throw new TestbedError('UNAVAILABLE', 'the process of the clients has ended');
    });
    // Whoever waits for an answer is told; nobody may be.
    this.#ended.catch(() => undefined);
    child.on('message', (message: FromCrowd) => this.#waiting?.resolve(message));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves once every WebSocket is open, or was refused. */
  async open(order: CrowdOrder): Promise<CrowdOpened> {
    return (await this.#ask({ do: 'open', order }, 'opened')).opened;
  }

  /** The measured time begins: what producers send from the numbers `first` on counts. */
  async begin(spans: readonly PhaseSpan[], first: Float64Array): Promise<void> {
    await this.#ask({ do: 'begin', spans, first: [...first] }, 'begun');
  }

  /** Who is told of the faults, with the clients told of them first. */
  alongside(around: Around, disturbance: Disturbance | null): Around {
    const tell = (which: keyof Disturbance): void => {
      if (disturbance !== null) this.#tell({ do: 'disturb', which, atMs: disturbance[which] });
    };
    return {
      begun: () => {
        tell('beganMs');
        around.begun();
      },
      over: () => {
        tell('endedMs');
        around.over();
      },
    };
  }

  loadIsOver(): void {
    this.#tell({ do: 'load is over' });
  }

  /** Waits for what the ledger says is owed from `first` on, no longer than `withinMs`. */
  async end(ledger: Ledger, first: Float64Array, withinMs: number): Promise<CrowdReport> {
    const owed = Array.from(first, (from, producer) =>
      ledger.owedRanges(producer, from, ledger.sent[producer] as number),
    );
    return (await this.#ask({ do: 'end', owed, withinMs }, 'report')).report;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const cancel = this.#clock.after(endWithinMs, () => this.#child.kill('SIGKILL'));
    await this.#exited.finally(cancel);
  }

  #tell(message: ToCrowd): void {
    // What could not be said is found out by whoever waits for an answer.
    this.#child.send(message, () => undefined);
  }

  /** One thing after another is asked of it. */
  async #ask<S extends Said>(message: ToCrowd, wanted: S): Promise<Extract<FromCrowd, { said: S }>> {
    const waiting = Promise.withResolvers<FromCrowd>();
    this.#waiting = waiting;
    this.#tell(message);
    const answer = await Promise.race([waiting.promise, this.#ended]);
    if (answer.said === 'failed') throw readError(answer.error);
    if (answer.said !== wanted) throw new TestbedError('CORRUPT', `the clients said ${answer.said}`);
    return answer as Extract<FromCrowd, { said: S }>;
  }
}
