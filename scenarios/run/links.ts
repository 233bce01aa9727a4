import type { Address } from '../../adapters/adapter.ts';
import { type LinkProcess, startLinkProcess } from '../../chaos/link/link.ts';
import { findFault } from '../../chaos/table.ts';
import type { Surroundings, Way } from '../../chaos/target.ts';
import { type Part, type Port, parseTarget } from '../../chaos/target-name.ts';
import type { FaultOrder } from '../../chaos/timeline.ts';
import { TestbedError } from '../../core/error.ts';
import type { UndoStack } from './undo.ts';

/**
 * The parts of a stack whose link a fault is to act on: only these get one, so that others pay nothing. Where one server
 * serves bus and storage, who leads its clients away leads those of both.
 */
export function linkedParts(orders: readonly FaultOrder[], oneServer: boolean): readonly Part[] {
  const parts = orders.flatMap(({ fault, on, direction }): readonly Part[] => {
    const target = parseTarget(on, direction);
    // The way of one node is that node's.
    if (target.kind === 'link') return target.which === undefined ? [target.part] : [];
    if (target.kind !== 'server' || findFault(fault)?.leadsClients !== true) return [];
    return oneServer ? ['bus', 'storage'] : [target.part];
  });
  return [...new Set(parts)];
}

/** To which parts a node gets a way of its own, that a fault can act on: its number among several, from 1 on. */
export function ownWays(orders: readonly FaultOrder[], node: number): readonly Port[] {
  const parts = orders.flatMap(({ on }): readonly Port[] => {
    const target = parseTarget(on);
    if (target.kind !== 'link' || (target.which !== node && target.which !== 'any')) return [];
    return [target.part as Port];
  });
  return [...new Set(parts)];
}

/** Links of a cell, all in one process of their own, which is started with the first. */
export class StackLinks {
  readonly #seed: number;
  readonly #wanted: readonly Part[];
  readonly #undo: UndoStack;
  readonly #made: { [part in Part]?: Way } = {};
  #process: LinkProcess | null = null;

  constructor(wanted: readonly Part[], seed: number, undo: UndoStack) {
    this.#wanted = wanted;
    this.#seed = seed;
    this.#undo = undo;
  }

  get made(): Surroundings['links'] {
    return this.#made;
  }

  /** Where the clients of a part connect: the link in front of its server, or the server itself when it needs none. */
  async through(
    part: Part,
    technology: string | undefined,
    address: Address | undefined,
  ): Promise<Address | undefined> {
    if (!this.#wanted.includes(part) || technology === undefined || address === undefined) return address;
    const opened = await this.open(part, part, technology, address);
    this.#made[part] = opened.way;
    return opened.address;
  }

  /** Another way to a part, under a name of its own; UNSUPPORTED when nobody can be between. */
  async open(
    name: string,
    part: Part,
    technology: string,
    address: Address,
  ): Promise<{ readonly way: Way; readonly address: Address }> {
    const url = new URL(address.url);
    if (url.protocol === 'rediss:' || /sslmode=(require|verify)/.test(url.search))
      throw new TestbedError(
        'UNSUPPORTED',
        `a link to the ${part} server: its certificate is for another address`,
      );
    // Brackets of an IPv6 address are the URL's.
    const next = {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || usualPorts[url.protocol]),
    };
    const process = await this.#start();
    const link = await process.open({ name, upstream: `${url.hostname}:${next.port}` });
    url.host = link.hostAndPort;
    const direct = this.#made[part]?.direct ?? next;
    return { way: { technology, link, direct }, address: { ...address, url: url.href } };
  }

  async #start(): Promise<LinkProcess> {
    if (this.#process === null) {
      const process = await startLinkProcess({ seed: this.#seed });
      this.#undo.push('end links', () => process.close());
      this.#process = process;
    }
    return this.#process;
  }
}

const usualPorts: { readonly [protocol: string]: number } = {
  'redis:': 6379,
  'postgres:': 5432,
  'postgresql:': 5432,
  'http:': 80,
  'https:': 443,
};
