import type { Clock } from '../../../core/clock.ts';
import { isTestbedError } from '../../../core/error.ts';
import type { Link } from '../link.ts';
import type { ChannelNames } from './names.ts';
import { sweep } from './scripts/index.ts';

export interface RetentionBounds {
  /** Messages of a channel kept after everybody has read them. */
  readonly windowMessages: number;
  /** Publishers wait while somebody alive is this many messages behind. */
  readonly bufferMessages: number;
}

/** Characters of a channel kept for replay are held near this, whatever `windowMessages` says. */
const windowCharacters = 64 * 1024 * 1024;
const lookAgainMs = 10;

/**
 * Keeps one channel from growing without end: cuts what was read and is beyond the window, and holds publishers back
 * when a subscriber falls too far behind. It looks once in an eighth of a window; every publishing process does.
 */
export class Retention {
  readonly #link: Link;
  readonly #names: ChannelNames;
  readonly #bounds: RetentionBounds;
  readonly #clock: Clock;
  #grownMessages = 0;
  #grownCharacters = 0;
  #sweeping = false;
  #cancel: (() => void) | undefined;
  #saidGivenUp = false;
  isFull = false;
  /** Called when publishing may go on. */
  onRoom: () => void = () => {};

  constructor(link: Link, names: ChannelNames, bounds: RetentionBounds, clock: Clock) {
    this.#link = link;
    this.#names = names;
    this.#bounds = bounds;
    this.#clock = clock;
  }

  /** So much was appended. */
  grown(messages: number, characters: number): void {
    this.#grownMessages += messages;
    this.#grownCharacters += characters;
    const { windowMessages, bufferMessages } = this.#bounds;
    const often = Math.max(1, Math.min(windowMessages, bufferMessages) / 8);
    if (this.#grownMessages >= often || this.#grownCharacters >= windowCharacters / 8) void this.#sweep();
  }

  stop(): void {
    this.#cancel?.();
  }

  async #sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    const window = this.#window();
    this.#grownMessages = 0;
    this.#grownCharacters = 0;
    const { newest, stream, marks, readers, read, groups, groupPrefix } = this.#names;
    try {
      const keys = [newest, stream, marks, readers, read, groups];
      const parameters = [window, this.#bounds.bufferMessages, groupPrefix];
      const [behind, givenUp] = (await this.#link.run('write', sweep, keys, parameters)) as [number, number];
      this.#see(behind, givenUp);
    } catch (error) {
      // Unreachable, or full: appends fail by themselves, and the next one that succeeds looks again.
      if (!isTestbedError(error)) throw error;
      this.#see(0, 0);
    } finally {
      this.#sweeping = false;
    }
  }

  /** Messages to keep: fewer when they are so large that the window would be. */
  #window(): number {
    const { windowMessages } = this.#bounds;
    if (this.#grownMessages === 0) return windowMessages;
    const mean = Math.max(1, this.#grownCharacters / this.#grownMessages);
    return Math.min(windowMessages, Math.ceil(windowCharacters / mean));
  }

  #see(behind: number, givenUp: number): void {
    if (givenUp > 0 && !this.#saidGivenUp) {
      this.#saidGivenUp = true;
      process.emitWarning(
        `redis bus: ${givenUp} group(s) of channel "${this.#names.channel}" have no members and are more than ${this.#bounds.bufferMessages} messages behind: what they have not read is no longer kept`,
      );
    }
    this.isFull = behind > this.#bounds.bufferMessages;
    if (this.isFull) this.#cancel = this.#clock.after(lookAgainMs, () => void this.#sweep());
    else this.onRoom();
  }
}
