import type { Socket } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import type { Direction, Directions } from './direction.ts';
import type { Inlet } from './inlet.ts';
import { Lane, type Traffic } from './lane.ts';
import type { Affected } from './toxics/toxic-kind.ts';

/**
 * A client's socket and one of ours to the server, with a lane in each direction. An orderly end of one side is passed
 * on as such, a broken one as a RST; toxics come and go meanwhile.
 */
export class Connection implements Affected {
  /** How many connections its link had taken when it came, this one included. */
  readonly number: number;
  readonly #client: Socket;
  readonly #clock: Clock;
  readonly #lanes: readonly Lane[];
  readonly #lifts = new Map<number, () => void>();
  readonly #timers = new Set<() => void>();
  /** Null: the client has nobody on the other side. */
  #server: Socket | null;

  /** `closed` is told once, when nothing of it is left. A server that is still being connected to is fine. */
  constructor(
    number: number,
    client: Inlet,
    server: Inlet | null,
    clock: Clock,
    traffic: { readonly [direction in Direction]: Traffic },
    closed: () => void,
  ) {
    this.number = number;
    this.#client = client.socket;
    this.#server = server?.socket ?? null;
    this.#clock = clock;
    const up = new Lane('up', client, this.#server, clock, traffic.up);
    const down = server === null ? null : new Lane('down', server, this.#client, clock, traffic.down);
    this.#lanes = down === null ? [up] : [up, down];
    let isGone = false;
    const gone = (): void => {
      if (isGone || !this.#client.destroyed || this.#server?.destroyed === false) return;
      isGone = true;
      for (const cancel of this.#timers) cancel();
      for (const lane of this.#lanes) lane.stop();
      closed();
    };
    this.#client.on('error', () => this.#broken(up, this.#server, down));
    this.#client.on('close', gone);
    this.#server?.on('error', () => this.#broken(down, this.#client, up));
    this.#server?.on('close', gone);
  }

  get isSevered(): boolean {
    return this.#server === null;
  }

  lanes(directions: Directions): readonly Lane[] {
    return this.#lanes.filter(({ direction }) => directions === 'both' || direction === directions);
  }

  /** `apply` does something to this connection; what it returns is done by `lift` of the same key. */
  take(key: number, apply: (connection: Affected) => () => void): void {
    this.#lifts.set(key, apply(this));
  }

  /** Does nothing where that toxic never took force. */
  lift(key: number): void {
    this.#lifts.get(key)?.();
    this.#lifts.delete(key);
  }

  loseServer(): void {
    for (const lane of this.lanes('up')) lane.loseSink();
    this.#server?.destroy();
    this.#server = null;
  }

  close(): void {
    this.#server?.destroySoon();
    this.#client.destroySoon();
  }

  reset(): void {
    this.#server?.resetAndDestroy();
    this.#client.resetAndDestroy();
  }

  /** At once, whatever is under way. */
  destroy(): void {
    this.#server?.destroy();
    this.#client.destroy();
  }

  after(ms: number, action: () => void): () => void {
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      action();
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }

  /** One end broke off: the other hears of it, unless its news are being swallowed; nothing can be sent to it any more. */
  #broken(from: Lane | null, other: Socket | null, to: Lane | null): void {
    to?.loseSink();
    if (from?.breakOff() !== true) other?.resetAndDestroy();
  }
}
