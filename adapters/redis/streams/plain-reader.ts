import type { Clock } from '../../../core/clock.ts';
import { isTestbedError } from '../../../core/error.ts';
import type { Batch, Source } from '../../pump.ts';
import { Beat } from '../beat.ts';
import type { Link } from '../link.ts';
import type { Entry } from './entry.ts';
import type { Intake } from './intake.ts';
import type { ChannelNames } from './names.ts';
import { pause, retryMs } from './pause.ts';
import { countAt, type Position } from './position.ts';
import { attend, depart } from './scripts/index.ts';

/** Messages read ahead of the handler before reading waits for it. */
const aheadMessages = 8_192;

export interface PlainReaderParts {
  /** For short commands; shared. */
  readonly link: Link;
  /** This reader's own, closed with it. */
  readonly intake: Intake;
  readonly names: ChannelNames;
  readonly id: string;
  readonly from: Position;
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
export class PlainReader implements Source<Batch> {
  readonly #parts: PlainReaderParts;
  readonly #beat: Beat;
  readonly #ended = new AbortController();
  #read: Position;
  #answered: Position;
  #untold = 0;
  #ahead: Batch[] = [];
  #aheadMessages = 0;
  #failure: unknown;
  #onRoom: (() => void) | undefined;

  constructor(parts: PlainReaderParts) {
    this.#parts = parts;
    this.#read = parts.from;
    this.#answered = parts.from;
    this.#beat = new Beat(parts.clock, parts.beatMs, () => this.#attend());
    void this.#run();
  }

  next(done: Batch | null): Batch | null {
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

  #answer({ offset, messages }: Batch): void {
    if (this.#answered === offset) return;
    this.#answered = offset;
    this.#untold += messages.length;
    if (this.#untold >= this.#parts.tellEvery) this.#beat.now();
  }

  async #attend(): Promise<void> {
    const { link, names, id, leaseMs } = this.#parts;
    this.#untold = 0;
    await link.run('write', attend, [names.readers, names.read], [id, leaseMs, this.#answered]);
  }

  async #run(): Promise<void> {
    const { clock, intake, wake } = this.#parts;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        if (this.#aheadMessages >= aheadMessages) await this.#room();
        else this.#take(await intake.read(this.#read));
      } catch (error) {
        if (signal.aborted) return;
        if (!isTestbedError(error, 'UNAVAILABLE')) {
          this.#failure = error;
          wake();
          return;
        }
        await pause(clock, retryMs, signal);
      }
    }
  }

  #take(entries: readonly Entry[]): void {
    for (const { id, messages } of entries) {
      const gap = countAt(id) - messages.length - countAt(this.#read);
      // A count that went back is a server that lost data: what it holds now is all new.
      if (gap > 0) this.#parts.missed(gap);
      this.#read = id;
    }
    const [first] = entries;
    if (first === undefined) return;
    const messages = entries.length === 1 ? first.messages : entries.flatMap((entry) => entry.messages);
    this.#ahead.push({ messages, offset: this.#read });
    this.#aheadMessages += messages.length;
    this.#parts.wake();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }
}
