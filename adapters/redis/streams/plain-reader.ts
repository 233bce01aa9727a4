import type { Clock } from '../../../core/clock.ts';
import { isTestbedError } from '../../../core/error.ts';
import type { Message } from '../../../core/message.ts';
import type { Batch, Source } from '../../pump.ts';
import type { Link } from '../link.ts';
import { Beat } from './beat.ts';
import type { Entry } from './entry.ts';
import { Intake } from './intake.ts';
import type { ChannelNames } from './names.ts';
import { pause, retryMs } from './pause.ts';
import { formatOffset, type Positions, parseId } from './position.ts';
import { attend, depart } from './scripts.ts';

/** Messages read ahead of the handler before reading waits for it. */
const aheadMessages = 8_192;

export interface PlainBatch extends Batch {
  readonly positions: Positions;
}

export interface PlainReaderParts {
  /** For short commands; shared. */
  readonly link: Link;
  /** For blocking reads; this reader's own, closed with it. */
  readonly intake: Link;
  readonly names: ChannelNames;
  readonly id: string;
  readonly from: Positions;
  /** From the oldest still held: what was cut before that is not missed. */
  readonly fromOldest: boolean;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly beatMs: number;
  /** What it has read is told to the server at least this often, so that publishers know how far it is behind. */
  readonly tellEvery: number;
  readonly wake: () => void;
  /** So many messages were cut before this subscription had read them. */
  readonly missed: (messages: number) => void;
}

/** A subscription without a group: reads on from its own position, over reconnects, and never skips in silence. */
export class PlainReader implements Source<PlainBatch> {
  readonly #parts: PlainReaderParts;
  readonly #intake: Intake;
  readonly #beat: Beat;
  readonly #ended = new AbortController();
  readonly #read: string[];
  #answered: Positions;
  /** Partitions of which nothing was seen yet, where a gap before the first entry is none. */
  readonly #fromOldest: Set<number>;
  #untold = 0;
  #ahead: PlainBatch[] = [];
  #aheadMessages = 0;
  #failure: unknown;
  #onRoom: (() => void) | undefined;

  constructor(parts: PlainReaderParts) {
    this.#parts = parts;
    this.#intake = new Intake(parts.intake, parts.names.streams);
    this.#read = [...parts.from];
    this.#answered = parts.from;
    this.#fromOldest = new Set(parts.fromOldest ? parts.from.keys() : []);
    this.#beat = new Beat(parts.clock, parts.beatMs, () => this.#attend());
    void this.#run();
  }

  next(done: PlainBatch | null): PlainBatch | null {
    if (done !== null) this.#answer(done);
    const batch = this.#ahead.shift();
    if (batch === undefined) {
      if (this.#failure !== undefined) throw this.#failure;
      return null;
    }
    this.#aheadMessages -= batch.messages.length;
    if (this.#aheadMessages < aheadMessages) this.#onRoom?.();
    return batch;
  }

  async end(): Promise<void> {
    this.stop();
    try {
      const { link, names, id } = this.#parts;
      await link.run('write', depart, [names.readers, names.read], [id]);
    } catch (error) {
      // It is forgotten when its lease runs out.
      if (!isTestbedError(error)) throw error;
    }
  }

  /** Reads no more, at once. */
  stop(): void {
    this.#ended.abort();
    this.#beat.stop();
    this.#parts.intake.close();
    this.#onRoom?.();
  }

  #answer({ positions, messages }: PlainBatch): void {
    if (this.#answered === positions) return;
    this.#answered = positions;
    this.#untold += messages.length;
    if (this.#untold >= this.#parts.tellEvery) void this.#attend().catch(ignoreOurs);
  }

  async #attend(): Promise<void> {
    const { link, names, id, leaseMs } = this.#parts;
    this.#untold = 0;
    const { log, readers, read, partitions } = names;
    await link.run(
      'write',
      attend,
      [log, readers, read],
      [id, leaseMs, formatOffset(this.#answered), partitions],
    );
  }

  async #run(): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        if (this.#aheadMessages >= aheadMessages) await this.#room();
        else this.#take(await this.#intake.read(new Map(this.#read.entries())));
      } catch (error) {
        if (signal.aborted) return;
        if (!isTestbedError(error, 'UNAVAILABLE', 'TIMEOUT')) {
          this.#failure = error;
          this.#parts.wake();
          return;
        }
        await pause(clock, retryMs, signal);
      }
    }
  }

  #take(entries: readonly Entry[]): void {
    const messages: Message[] = [];
    for (const entry of entries) {
      this.#advance(entry);
      for (const message of entry.messages ?? []) messages.push(message);
    }
    if (messages.length === 0) return;
    const positions = [...this.#read];
    this.#ahead.push({ messages, positions, offset: formatOffset(positions) });
    this.#aheadMessages += messages.length;
    this.#parts.wake();
  }

  #advance({ partition, id, messages }: Entry): void {
    const before = parseId(this.#read[partition] as string).count;
    const gap = parseId(id).count - (messages?.length ?? 0) - before;
    // A count that went back is a server that lost data: what it holds now is all new.
    if (!this.#fromOldest.delete(partition) && gap > 0) this.#parts.missed(gap);
    this.#read[partition] = id;
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }
}

function ignoreOurs(error: unknown): void {
  if (!isTestbedError(error)) throw error;
}
