import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TestbedError } from '../../core/error.ts';
import { type Address, formatAddress } from './address.ts';
import type { FromLink, LinkOrders, OrderKind } from './protocol.ts';
import type { RelayStats } from './relay.ts';
import type { RelayInput } from './relays.ts';
import type { ToxicInput } from './toxic.ts';

export type LinkStats = RelayStats;

const source = new URL('./process.ts', import.meta.url);
const entry = fileURLToPath(existsSync(source) ? source : new URL('./process.js', import.meta.url));

export interface LinkProcessOptions {
  /** Of everything that is left to chance in its links. */
  readonly seed: number;
  /** `HOST:PORT` where Toxiproxy clients can drive the links as well. Default: nowhere. */
  readonly api?: string;
}

/** Starts a process for links. It ends with ours, whatever ends ours. */
export async function startLinkProcess({ seed, api }: LinkProcessOptions): Promise<LinkProcess> {
  // A session of its own: a terminal's Ctrl-C is for us, who decide what it means.
  const child = fork(entry, [], {
    execArgv: ['--no-warnings'],
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const links = new LinkProcess(child);
  try {
    await links.begin(seed, api);
    return links;
  } catch (error) {
    await links.close();
    throw error;
  }
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** A process of links. Orders reject with UNAVAILABLE once it has ended. */
export class LinkProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #lastId = 0;
  #apiUrl: string | null = null;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message: FromLink) => this.#take(message));
    // Not `close`: that does not come after a disconnect of ours.
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) =>
        resolve(this.#end(`it ended with ${signal ?? `exit code ${code}`}`)),
      );
      child.once('error', (error) => resolve(this.#end(error.message)));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Where Toxiproxy clients can drive the links; null where that was not asked for. */
  get apiUrl(): string | null {
    return this.#apiUrl;
  }

  async begin(seed: number, api: string | undefined): Promise<void> {
    const begun = await this.order('begin', { seed, ...(api !== undefined && { api }) });
    this.#apiUrl = begun.api;
  }

  /**
   * A new link. UNAVAILABLE when the port is taken, DUPLICATE for a name that is in use, INVALID_CONFIG for an address that
   * is none or that other machines can reach.
   */
  async open(input: RelayInput): Promise<Link> {
    return new Link(this, input.name, await this.order('open', input));
  }

  /** Ends the process, and with it every link and connection. Idempotent. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }

  /** For `Link`: carried out in the process, answered from there. */
  order<Kind extends OrderKind>(
    kind: Kind,
    order: LinkOrders[Kind]['order'],
  ): Promise<LinkOrders[Kind]['answer']> {
    return new Promise((resolve, reject) => {
      if (!this.#child.connected) return reject(unavailable('it has ended'));
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#child.send({ id, kind, order }, (error) => {
        if (error !== null) this.#reject(id, unavailable(error.message));
      });
    });
  }

  #take(message: FromLink): void {
    if ('error' in message) {
      const { code, message: text } = message.error;
      this.#reject(message.id, code === null ? new Error(text) : new TestbedError(code, text));
      return;
    }
    this.#waiting.get(message.id)?.resolve(message.answer);
    this.#waiting.delete(message.id);
  }

  #reject(id: number, error: Error): void {
    this.#waiting.get(id)?.reject(error);
    this.#waiting.delete(id);
  }

  #end(how: string): void {
    for (const id of [...this.#waiting.keys()]) this.#reject(id, unavailable(how));
  }
}

/** A way to a server that can be made bad: clients connect to `address`, and reach the server as long as it is well. */
export class Link {
  readonly name: string;
  /** Stays the same while the link is open. */
  readonly address: Address;
  readonly #process: LinkProcess;

  constructor(process: LinkProcess, name: string, address: Address) {
    this.#process = process;
    this.name = name;
    this.address = address;
  }

  /** `HOST:PORT` of the address. */
  get hostAndPort(): string {
    return formatAddress(this.address);
  }

  /**
   * In force on every connection when it resolves, to the toxic's name. NOT_FOUND for an unknown type, INVALID_ARGUMENT for
   * a bad attribute, DUPLICATE for a name that is in use.
   */
  add(toxic: ToxicInput): Promise<string> {
    return this.#process.order('add', { link: this.name, toxic });
  }

  /** Healed when it resolves. NOT_FOUND when no toxic has that name; UNAVAILABLE when `down` lost its port meanwhile. */
  async remove(name: string): Promise<void> {
    await this.#process.order('remove', { link: this.name, name });
  }

  /** Another server is behind it when it resolves; what was connected is closed. INVALID_CONFIG when that is no address. */
  async lead(to: Address): Promise<void> {
    await this.#process.order('lead', { link: this.name, upstream: formatAddress(to) });
  }

  /** Removes every toxic. */
  async reset(): Promise<void> {
    await this.#process.order('reset', { link: this.name });
  }

  /** What has gone through so far: in a blackhole `received` goes on and `sent` does not. */
  stats(): Promise<LinkStats> {
    return this.#process.order('stats', { link: this.name });
  }

  /** Closes its connections and its port. */
  async close(): Promise<void> {
    await this.#process.order('close', { link: this.name });
  }
}

function unavailable(why: string): TestbedError {
  return new TestbedError('UNAVAILABLE', `the link process does not answer: ${why}`);
}
