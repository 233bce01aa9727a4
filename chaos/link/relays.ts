import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { type Address, isLoopback, parseAddress } from './address.ts';
import { Relay } from './relay.ts';

/** What a caller says of a link. Addresses are `HOST:PORT`. */
export interface RelayInput {
  readonly name: string;
  /** Default: a free port of loopback. */
  readonly listen?: string;
  readonly upstream: string;
  /** Default true. */
  readonly enabled?: boolean;
}

export interface RelaysOptions {
  readonly clock: Clock;
  readonly seed: number;
  /** Links may listen where other machines can reach them. Default false. */
  readonly allowRemote?: boolean;
}

/** The links of one process, by name. */
export class Relays {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #allowRemote: boolean;
  readonly #byName = new Map<string, Relay>();

  constructor({ clock, seed, allowRemote = false }: RelaysOptions) {
    this.#clock = clock;
    this.#random = createRandom(seed);
    this.#allowRemote = allowRemote;
  }

  get all(): readonly Relay[] {
    return [...this.#byName.values()];
  }

  /** NOT_FOUND when there is none. */
  get(name: string): Relay {
    const relay = this.#byName.get(name);
    if (relay !== undefined) return relay;
    throw new TestbedError('NOT_FOUND', `there is no link ${name}`);
  }

  /**
   * DUPLICATE when the name is in use; otherwise as `Relay.enable`. INVALID_CONFIG for an address that is none, or that is
   * not of loopback and may not be used.
   */
  async create({ name, listen, upstream, enabled = true }: RelayInput): Promise<Relay> {
    if (this.#byName.has(name)) throw new TestbedError('DUPLICATE', `there is a link ${name} already`);
    const [from, to] = [this.listenAddress(listen), parseAddress(upstream)];
    const relay = new Relay(name, from, to, this.#clock, this.#random.fork(name));
    this.#byName.set(name, relay);
    try {
      if (enabled) await relay.enable();
    } catch (error) {
      this.#byName.delete(name);
      throw error;
    }
    return relay;
  }

  async remove(name: string): Promise<void> {
    const relay = this.get(name);
    this.#byName.delete(name);
    await relay.disable();
  }

  /** Every link listens, and none has a toxic. */
  async reset(): Promise<void> {
    for (const relay of this.all) {
      await relay.reset();
      await relay.enable();
    }
  }

  async close(): Promise<void> {
    for (const { name } of this.all) await this.remove(name);
  }

  /** Where a link is to listen. INVALID_CONFIG when it may not. */
  listenAddress(text: string | undefined): Address {
    const address = parseAddress(text || ':0');
    if (this.#allowRemote || isLoopback(address.host)) return address;
    throw new TestbedError(
      'INVALID_CONFIG',
      `${text}: other machines could reach it; --allow-remote allows that`,
    );
  }
}
