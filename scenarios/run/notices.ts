import { createGate, type Effect, type Gate, gateBus, gateStorage } from '../../chaos/gate.ts';
import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { Storage } from '../../core/storage.ts';
import type { Tally } from '../measure/tally.ts';

/** What says that bus or storage is not well; other errors answer what was asked. */
const unwell = ['UNAVAILABLE', 'TIMEOUT', 'FULL', 'OVERLOADED', 'CORRUPT'] as const;

/**
 * Notices what the system under test notices by itself: calls to its bus and its storage that come back to it refused, or have
 * no answer by its own deadline, whatever it makes of that; its callers may never hear of it.
 */
export class Notices {
  readonly #clock: Clock;
  readonly #deadlineMs: number | null;
  readonly #gate: Gate = createGate();
  /** Where they are counted; null: nowhere yet. */
  tally: Tally | null = null;

  /** `deadlineMs`: when the system gives up on a call; null: never. */
  constructor(clock: Clock, deadlineMs: number | null) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
    this.#gate.effect = this.#listen;
  }

  /** The same ports, as the system is to have them. */
  on({ bus, storage }: { readonly bus: Bus; readonly storage: Storage }): {
    readonly bus: Bus;
    readonly storage: Storage;
  } {
    return { bus: gateBus(bus, this.#gate), storage: gateStorage(storage, this.#gate) };
  }

  readonly #listen: Effect = async ({ method }, proceed) => {
    // What a handler says to a delivery is no word of the bus, and a subscription may be long in coming.
    if (method === 'deliver') return proceed();
    const timed = this.#deadlineMs !== null && method !== 'subscribe';
    const calm = timed ? this.#clock.after(this.#deadlineMs as number, () => this.#note()) : () => undefined;
    try {
      return await proceed();
    } catch (error) {
      if (!isTestbedError(error) || isTestbedError(error, ...unwell)) this.#note();
      throw error;
    } finally {
      calm();
    }
  };

  #note(): void {
    this.tally?.windows.add('noticed', this.#clock.now(), 1);
  }
}
