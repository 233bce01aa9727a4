import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import { type Process, WorkerLine } from './line.ts';
import { workerLost } from './lost.ts';
import { verifyClock } from './one-clock.ts';
import { aliveEveryMs, type Look, type WorkerOrder } from './protocol.ts';

/** So often in a row nothing is heard of a worker before it counts as hung. */
const silences = 10;
/** How long workers may take to be there, and to end in good order, in ms. */
const openWithinMs = 60_000;
const closeWithinMs = 10_000;

/** The processes of the workers, and whether all of them live: when one is lost the others end as well, and every call rejects. */
export class Watch {
  readonly #clock: Clock;
  readonly #lines: readonly WorkerLine[];
  #lost: TestbedError | null = null;
  #isClosed = false;
  /** Given how a worker looks while it plays. */
  looked: (which: number, look: Look) => void = () => {};
  /** To how many ms their clocks are known to be ours. */
  clockWithinMs = 0;

  constructor(processes: readonly Process[], clock: Clock) {
    this.#clock = clock;
    this.#lines = processes.map(
      (child, which) =>
        new WorkerLine(child, {
          look: (look) => this.looked(which, look),
          ended: (how) => this.#lose(which, `ended with ${how}`),
        }),
    );
  }

  get pids(): readonly number[] {
    return this.#lines.map(({ pid }) => pid);
  }

  /** Each is told what it is to be; resolves when all are there and have our clock. */
  async open(orders: readonly WorkerOrder[]): Promise<void> {
    const cancel = this.#clock.after(openWithinMs, () => {
      this.#lose(0, `and the others were not there after ${openWithinMs / 1000} s`);
    });
    try {
      await Promise.all(this.#lines.map((line, which) => line.call('open', orders[which])));
    } finally {
      cancel();
    }
    this.#listen();
    for (const [which, line] of this.#lines.entries()) {
      const ask = async (): Promise<number> => (await line.call('now')) as number;
      const withinMs = await verifyClock(ask, this.#clock, `load worker ${which + 1}`);
      this.clockWithinMs = Math.max(this.clockWithinMs, withinMs);
    }
  }

  /** What is asked of all, answered by each. */
  async all<T>(method: string, ...parameters: readonly unknown[]): Promise<readonly T[]> {
    return (await Promise.all(this.#lines.map((line) => line.call(method, ...parameters)))) as readonly T[];
  }

  stop(all: boolean): void {
    for (const line of this.#lines) line.stop(all);
  }

  /** Counts silences and not time: while we stand still ourselves nobody can be heard. */
  #listen(): void {
    if (this.#isClosed) return;
    for (const [which, line] of this.#lines.entries()) {
      if (++line.silent > silences)
        this.#lose(which, `has said nothing for ${(silences * aliveEveryMs) / 1000} s`);
    }
    this.#clock.after(aliveEveryMs, () => this.#listen());
  }

  #lose(which: number, how: string): void {
    if (this.#isClosed || this.#lost !== null) return;
    this.#lost = workerLost(which, this.pids[which] ?? 0, how);
    for (const line of this.#lines) {
      line.lose(this.#lost);
      line.kill();
    }
  }

  /** In good order where none is lost; in any case none of them lives afterwards. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      if (this.#lost === null) await this.#inTime(this.all('close'));
    } finally {
      for (const line of this.#lines) line.kill();
    }
  }

  #inTime(work: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const late = (): void =>
        reject(new TestbedError('TIMEOUT', `load workers had not ended after ${closeWithinMs / 1000} s`));
      const cancel = this.#clock.after(closeWithinMs, late);
      work.then(resolve, reject).finally(cancel);
    });
  }
}
