import type { Clock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Storage, StorageReads } from '../../core/storage.ts';
import type { Finding } from '../../reports/record.ts';
import type { Tally } from '../measure/tally.ts';

/** A write is sampled so often at the most: by the clock and not by what became of the last, for a replica that stands still must not hide it. */
const sampleEveryMs = 50;
/** Between two looks for what was not there yet. */
const lookEveryMs = 1;
/** Samples waited for at a time; a replica has been behind for a minute then. */
const mostAwaited = 1200;

/** An agent as the primary has acknowledged it. */
interface Sample {
  readonly id: string;
  readonly version: number;
  readonly ackedMs: number;
}

/**
 * Measures how far replicas are behind: of a sample of acknowledged writes, how long after the acknowledgement the first
 * read that saw it was sent to a replica. Every replica is asked for every sample.
 */
export class StalenessProbe {
  readonly #clock: Clock;
  readonly #followers: readonly Follower[];
  #sampling = false;
  #dueMs = 0;

  constructor(replicas: readonly StorageReads[], clock: Clock) {
    this.#clock = clock;
    this.#followers = replicas.map((reads) => new Follower(reads, clock));
  }

  /** The same storage, with a sample of what it acknowledges looked for on the replicas. */
  observe(storage: Storage): Storage {
    const { agents } = storage;
    return {
      ...storage,
      agents: {
        ...agents,
        insert: async (items) => {
          await agents.insert(items);
          this.#acknowledged(items.at(-1));
        },
        update: async (items) => {
          const refused = await agents.update(items);
          this.#acknowledged(items.findLast(({ id }) => !refused.includes(id)));
          return refused;
        },
        remove: async (ids) => {
          for (const follower of this.#followers) follower.forget(ids);
          return agents.remove(ids);
        },
      },
    };
  }

  /** Samples from now on are counted in `tally`. */
  start(tally: Tally): void {
    this.#sampling = true;
    for (const follower of this.#followers) follower.tally = tally;
  }

  /**
   * Takes no more samples; waits until the replicas have all, at most for `limitMs`. Resolves to what is wrong with the
   * numbers then. Where a replica has been promoted, what it lacks is lost, not late: that is for the checks to tell.
   */
  async settle(limitMs: number, signal: AbortSignal, promoted = false): Promise<readonly Finding[]> {
    this.#sampling = false;
    if (promoted) {
      for (const follower of this.#followers) follower.forgetAll();
      return [];
    }
    const limit = this.#clock.now() + limitMs;
    const isBehind = (): boolean => this.#followers.some(({ awaited }) => awaited > 0);
    while (isBehind() && !signal.aborted && this.#clock.now() < limit) await this.#clock.sleep(lookEveryMs);
    const behind = this.#followers.reduce((sum, follower) => sum + follower.giveUp(), 0);
    if (behind === 0 || signal.aborted) return [];
    const detail = `${behind} sampled writes were not on their replica ${Math.round(limitMs)} ms after the load: staleness_ms holds how long they had been waited for by then`;
    return [{ verdict: 'INCONCLUSIVE', about: 'replica behind', detail }];
  }

  #acknowledged(item: { readonly id: string; readonly version: number } | undefined): void {
    const ackedMs = this.#clock.now();
    if (!this.#sampling || item === undefined || ackedMs < this.#dueMs) return;
    this.#dueMs = ackedMs + sampleEveryMs;
    for (const follower of this.#followers) follower.await({ id: item.id, version: item.version, ackedMs });
  }
}

/** Looks at one replica for what it is to have, all samples in one look. */
class Follower {
  readonly #reads: StorageReads;
  readonly #clock: Clock;
  #awaited: readonly Sample[] = [];
  #looking = false;
  tally: Tally | null = null;

  constructor(reads: StorageReads, clock: Clock) {
    this.#reads = reads;
    this.#clock = clock;
  }

  get awaited(): number {
    return this.#awaited.length;
  }

  await(sample: Sample): void {
    if (this.#awaited.length >= mostAwaited) return;
    this.#awaited = [...this.#awaited, sample];
    if (!this.#looking) void this.#look();
  }

  /** They are being removed: whether a replica had them is not to be told any more. */
  forget(ids: readonly string[]): void {
    if (this.#awaited.length === 0) return;
    const gone = new Set(ids);
    this.#awaited = this.#awaited.filter(({ id }) => !gone.has(id));
  }

  forgetAll(): void {
    this.#awaited = [];
  }

  /** What was waited for in vain counts with the time that it took so far. Answers how many that are. */
  giveUp(): number {
    const { length } = this.#awaited;
    const nowMs = this.#clock.now();
    for (const { ackedMs } of this.#awaited)
      this.tally?.latencies.staleness_ms.record(nowMs - ackedMs, ackedMs);
    this.#awaited = [];
    return length;
  }

  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#awaited.length > 0) {
      const askedMs = this.#clock.now();
      const seen = await this.#seenOf(this.#awaited);
      // Whatever was given up meanwhile has been counted.
      for (const sample of this.#awaited)
        if (seen.has(sample))
          this.tally?.latencies.staleness_ms.record(askedMs - sample.ackedMs, sample.ackedMs);
      this.#awaited = this.#awaited.filter((sample) => !seen.has(sample));
      if (this.#awaited.length > 0) await this.#clock.sleep(lookEveryMs);
    }
    this.#looking = false;
  }

  async #seenOf(samples: readonly Sample[]): Promise<ReadonlySet<Sample>> {
    try {
      const found = await Promise.all(samples.map(({ id }) => this.#reads.agents.get(id)));
      return new Set(samples.filter(({ version }, index) => (found[index]?.version ?? 0) >= version));
    } catch (error) {
      // A replica that does not answer shows nothing.
      if (!isTestbedError(error)) throw error;
      return new Set();
    }
  }
}
