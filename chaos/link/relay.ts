import { connect, createServer, type Server } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Random } from '../../core/random.ts';
import { type Address, formatAddress } from './address.ts';
import { Connection } from './connection.ts';
import { Inlet } from './inlet.ts';
import type { Traffic } from './lane.ts';
import { listenOn } from './listen.ts';
import { kindOf, type Toxic } from './toxic.ts';
import type { ToxicKind } from './toxics/toxic-kind.ts';

export interface RelayStats {
  readonly connections: {
    readonly open: number;
    /** All that clients have made. */
    readonly accepted: number;
  };
  readonly up: Traffic;
  readonly down: Traffic;
}

/** A toxic in force. */
interface Active {
  readonly toxic: Toxic;
  readonly kind: ToxicKind;
  /** No two toxics have the same, so that a name that is used again draws anew. */
  readonly key: number;
  readonly random: Random;
  /** Of a kind that takes the listener down: the chance fell so. */
  readonly isDown: boolean;
}

/** A listener, where it leads, and what is wrong with the way: a link, as it is inside the link process. */
export class Relay {
  readonly name: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #connections = new Set<Connection>();
  readonly #active = new Map<string, Active>();
  readonly #traffic = { up: { received: 0, sent: 0 }, down: { received: 0, sent: 0 } };
  #listen: Address;
  #upstream: Address;
  #server: Server | null = null;
  #isEnabled = false;
  #accepted = 0;
  #lastKey = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(name: string, listen: Address, upstream: Address, clock: Clock, random: Random) {
    this.name = name;
    this.#listen = listen;
    this.#upstream = upstream;
    this.#clock = clock;
    this.#random = random;
  }

  /** Where it listens or would; a port of 0 becomes the one that it was given. */
  get listen(): Address {
    return this.#listen;
  }

  get upstream(): Address {
    return this.#upstream;
  }

  /** Asked to listen. It does, unless `down` is in force. */
  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  get toxics(): readonly Toxic[] {
    return [...this.#active.values()].map(({ toxic }) => toxic);
  }

  get stats(): RelayStats {
    return {
      connections: { open: this.#connections.size, accepted: this.#accepted },
      up: { ...this.#traffic.up },
      down: { ...this.#traffic.down },
    };
  }

  /** UNAVAILABLE when the port is taken, INVALID_CONFIG when the address is not one of this machine. */
  async enable(): Promise<void> {
    if (this.#isEnabled) return;
    this.#isEnabled = true;
    try {
      await this.#settle();
    } catch (error) {
      this.#isEnabled = false;
      throw error;
    }
  }

  /** Nobody listens, and every connection is closed. Idempotent; what is in force stays so. */
  async disable(): Promise<void> {
    this.#isEnabled = false;
    await this.#settle();
  }

  /** Closes every connection if either address is another one. */
  async move(listen: Address, upstream: Address): Promise<void> {
    if (
      formatAddress(listen) === formatAddress(this.#listen) &&
      formatAddress(upstream) === formatAddress(this.#upstream)
    )
      return;
    const wasEnabled = this.#isEnabled;
    await this.disable();
    this.#listen = listen;
    this.#upstream = upstream;
    if (wasEnabled) await this.enable();
  }

  /** Takes force on every connection, those that are idle too. DUPLICATE when the name is in use. */
  async add(toxic: Toxic): Promise<void> {
    if (this.#active.has(toxic.name)) {
      throw new TestbedError('DUPLICATE', `link ${this.name} already has a toxic ${toxic.name}`);
    }
    const active = this.#activate(toxic);
    this.#active.set(toxic.name, active);
    for (const connection of this.#connections) afflict(connection, active);
    await this.#settle();
  }

  /** Gone at once, with what waited because of it. NOT_FOUND when there is none of that name. */
  async remove(name: string): Promise<void> {
    const active = this.#named(name);
    this.#active.delete(name);
    for (const connection of this.#connections) connection.lift(active.key);
    await this.#settle();
  }

  /** Removes every toxic. */
  async reset(): Promise<void> {
    for (const name of [...this.#active.keys()]) await this.remove(name);
  }

  #named(name: string): Active {
    const active = this.#active.get(name);
    if (active !== undefined) return active;
    throw new TestbedError('NOT_FOUND', `link ${this.name} has no toxic ${name}`);
  }

  #activate(toxic: Toxic): Active {
    const key = ++this.#lastKey;
    const kind = kindOf(toxic.type);
    const random = this.#random.fork(`${toxic.name}#${key}`);
    return { toxic, kind, key, random, isDown: kind.takesDown === true && random.next() < toxic.toxicity };
  }

  /** Listens or not, as is wanted by now. One after another: a listener that is being opened cannot be closed yet. */
  #settle(): Promise<void> {
    const settled = this.#turn.then(() => this.#listenOrNot());
    this.#turn = settled.then(nothing, nothing);
    return settled;
  }

  async #listenOrNot(): Promise<void> {
    const wanted = this.#isEnabled && ![...this.#active.values()].some(({ isDown }) => isDown);
    if (wanted && this.#server === null) this.#server = await this.#open();
    if (wanted || this.#server === null) return;
    this.#server.close();
    this.#server = null;
    for (const connection of this.#connections) connection.destroy();
  }

  async #open(): Promise<Server> {
    const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (accepted) =>
      this.#accept(Inlet.of(accepted)),
    );
    this.#listen = await listenOn(server, this.#listen);
    // A connection that cannot be taken, for want of descriptors, waits in the kernel; the others go on.
    server.on('error', nothing);
    return server;
  }

  #accept(client: Inlet): void {
    this.#accepted += 1;
    const number = this.#accepted;
    const hit = [...this.#active.values()].filter((active) => isHit(active, number));
    const server = hit.some(({ kind }) => kind.severs)
      ? null
      : new Inlet((onread) => connect({ ...this.#upstream, allowHalfOpen: true, noDelay: true, onread }));
    const connection: Connection = new Connection(number, client, server, this.#clock, this.#traffic, () =>
      this.#connections.delete(connection),
    );
    this.#connections.add(connection);
    for (const active of hit) afflict(connection, active);
  }
}

const nothing = (): void => {};

/** Drawn from the seed, the link, the toxic and the number of the connection: whatever else was drawn meanwhile. */
function isHit({ random, toxic }: Active, number: number): boolean {
  return random.fork(`connection ${number}`).next() < toxic.toxicity;
}

function afflict(connection: Connection, active: Active): void {
  if (!isHit(active, connection.number)) return;
  const { toxic, kind, key, random } = active;
  const dose = {
    directions: toxic.direction,
    attributes: toxic.attributes,
    random: random.fork(`dose of connection ${connection.number}`),
  };
  connection.take(key, (affected) => kind.apply(affected, dose));
}
