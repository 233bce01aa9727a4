import { rmSync } from 'node:fs';
import type { Clock } from '../../../core/clock.ts';
import { TestbedError } from '../../../core/error.ts';
import type { LoadTool, ToolOrder } from '../../load/load-tool.ts';
import type { Tally } from '../../measure/tally.ts';
import type { Phase, Workload } from '../../scenario.ts';
import { allAnsweredBy } from '../gateway-counts.ts';
import { K6Account, type K6Told } from './account.ts';
import { findingsOf } from './findings.ts';
import { k6OptionsOf, usersOf } from './options.ts';
import { type PointsRead, readPoints } from './points.ts';
import { describeEnd, K6Process } from './process.ts';
import type { K6Site } from './site.ts';
import { StartingGun } from './starting-gun.ts';
import { writeRun } from './write-run.ts';

/** Time for its virtual users to be made. */
const readyWithinMs = 60_000;
const usuallyEndsWithinMs = 10_000;

interface Playing {
  readonly order: ToolOrder;
  readonly gun: StartingGun;
  readonly process: K6Process;
  readonly pointsPath: string;
  /** The last numbers that the ledger's producers had given, and what the gateway had answered, before. */
  readonly before: { readonly sent: Float64Array; readonly answered: number };
  calledOff: () => void;
}

/** k6 as the load of a cell: once for the warm-up, once for what is measured. */
export class K6Load implements LoadTool {
  readonly producers: number;
  readonly #site: K6Site;
  #playing: Playing | null = null;
  #told: K6Told | null = null;

  constructor(site: K6Site) {
    this.#site = site;
    // A user of its own for each kind that may be under way: more numbers than that no user has.
    this.producers = 2 * usersOf(site.workload);
  }

  get model(): string {
    return this.#site.program.isOwn ? "k6: as the user's script says" : 'open, evenly spaced by k6';
  }

  get facts(): { readonly [name: string]: string | number } {
    const { program } = this.#site;
    const { answered = 0, unanswered = 0, dropped = 0 } = this.#told ?? {};
    return {
      tool: `k6 ${program.version}`,
      resolution: '1 ms',
      requests: answered + unanswered,
      unanswered,
      dropped,
    };
  }

  rest(workload: Workload): Workload {
    return { ...workload, eventsPerS: 0, readsPerS: 0 };
  }

  async ready(order: ToolOrder): Promise<void> {
    const { clock, url, program } = this.#site;
    if (!program.isOwn && !this.#isDue(order.phases)) return;
    const before = { sent: order.ledger.sent.slice(), answered: await allAnsweredBy(url) };
    const gun = await StartingGun.open();
    const run = writeRun(this.#site, order, gun.url);
    const process = new K6Process(run, clock);
    this.#playing = { order, gun, process, pointsPath: run.pointsPath, before, calledOff: () => {} };
    const wrong = await Promise.race([gun.asked, tooEarly(process), tooLate(clock)]);
    if (wrong === undefined) return;
    this.close();
    throw new TestbedError('UNAVAILABLE', wrong);
  }

  begin(): void {
    const playing = this.#playing;
    if (playing === null) return;
    const { workload, endsWithinMs = usuallyEndsWithinMs } = this.#site;
    const loadMs = playing.order.phases.reduce((sum, { forMs }) => sum + forMs, 0);
    playing.calledOff = playing.process.overdueAfter(loadMs + workload.deadlineMs + endsWithinMs);
    playing.gun.fire();
  }

  async end(tally: Tally, signal: AbortSignal): Promise<void> {
    const playing = this.#playing;
    if (playing === null) return;
    const { order, process, pointsPath, before, gun } = playing;
    const stop = (): void => process.stop();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const end = await process.ended;
    signal.removeEventListener('abort', stop);
    playing.calledOff();
    gun.close();
    this.#playing = null;
    const account = new K6Account(tally, order.ledger, order.firstProducer, before.sent);
    const read = await readAll(pointsPath, account);
    const told = account.finish();
    this.#told = told;
    const counted = await this.#countedSince(before.answered);
    tally.doubts.push(...findingsOf({ end, read, told, counted, isAborted: signal.aborted }));
    rmSync(pointsPath, { force: true });
  }

  /** Nothing of it is left over. */
  close(): void {
    this.#playing?.calledOff();
    this.#playing?.gun.close();
    this.#playing?.process.stop();
    this.#playing = null;
  }

  /** k6 takes options by which nothing is to be done for a mistake. */
  #isDue(phases: readonly Phase[]): boolean {
    const { workload } = this.#site;
    return Object.keys(k6OptionsOf(workload, phases, []).scenarios).length > 0;
  }

  /** Null: the gateway does not say any more. */
  async #countedSince(before: number): Promise<number | null> {
    try {
      return (await allAnsweredBy(this.#site.url)) - before;
    } catch {
      // It is gone, and its counts with it: that is told as a doubt.
      return null;
    }
  }
}

async function tooEarly({ ended }: K6Process): Promise<string> {
  return `k6 did not come as far as its load: ${describeEnd(await ended)}`;
}

function tooLate(clock: Clock): Promise<string> {
  return new Promise((resolve) =>
    clock.after(readyWithinMs, () => resolve(`k6 was not ready within ${readyWithinMs / 1000} s`)),
  );
}

/** A k6 that was ended early may have written nothing. */
async function readAll(path: string, account: K6Account): Promise<PointsRead | null> {
  try {
    return await readPoints(path, (point) => account.take(point));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
