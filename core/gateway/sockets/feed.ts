import type { Bus, Offset, Subscription } from '../../bus.ts';
import type { Message } from '../../message.ts';
import type { Outlet } from './outlet.ts';
import { Recent } from './recent.ts';

/** All WebSockets that have asked for the same: what they get is put into a frame once. */
export class Group<Address> {
  readonly id: number;
  readonly address: Address;
  readonly outlets = new Set<Outlet>();
  /** Those that get it from here, and those that are still catching up. */
  uses = 0;

  constructor(id: number, address: Address) {
    this.id = id;
    this.address = address;
  }
}

/** Which groups get which part of a batch. */
export interface GroupRoutes<M, Address> {
  add(group: Group<Address>): void;
  remove(group: Group<Address>): void;
  each(messages: readonly M[], visit: (group: Group<Address>, part: readonly M[]) => void): void;
}

export interface FeedParts<M, Address> {
  readonly bus: Bus;
  /** The bus channel, and what frames call what they carry. */
  readonly channel: string;
  readonly createRoutes: () => GroupRoutes<M, Address>;
  /** Gives each group a number of its own. */
  readonly nextId: () => number;
  readonly report: (error: unknown, doing: string) => void;
}

/** One subscription of one WebSocket. */
export interface Joined {
  /** The number that its frames have: that of all who have asked for the same. */
  readonly id: number;
  /** Where it begins, as far as that has an offset already: who gets nothing can come back there. */
  readonly offset?: Offset | undefined;
  leave(): void;
}

/**
 * One channel of the stack's bus for all WebSockets of a gateway: one subscription at the bus, whoever publishes there.
 *
 *   bus -> recent batches -> routes -> group: one frame -> outlet, outlet, ...
 *
 * Who comes back with an offset gets what is after it first: of the recent batches where they have it, else by a subscription
 * of its own at the bus, until that has come as far as all others are.
 */
export class Feed<M extends Message, Address> {
  readonly #parts: FeedParts<M, Address>;
  readonly #routes: GroupRoutes<M, Address>;
  readonly #groups = new Map<string, Group<Address>>();
  readonly #recent = new Recent<M>();
  readonly #catchingUp = new Set<Subscription>();
  #opened: Promise<Subscription> | null = null;

  constructor(parts: FeedParts<M, Address>) {
    this.#parts = parts;
    this.#routes = parts.createRoutes();
  }

  /** Resolves once what is published from then on is certain to reach the outlet. */
  async join(address: Address, outlet: Outlet, after?: Offset): Promise<Joined> {
    const { bus, channel } = this.#parts;
    this.#opened ??= bus.subscribe(channel, {}, (messages, offset) => this.#receive(messages as M[], offset));
    try {
      await this.#opened;
    } catch (error) {
      this.#opened = null;
      throw error;
    }
    const group = this.#use(address);
    if (after === undefined || this.#catchUp(group, outlet, after)) return this.#add(group, outlet);
    return this.#resume(group, outlet, after);
  }

  async close(): Promise<void> {
    const open = [...this.#catchingUp, ...(this.#opened === null ? [] : [await this.#opened])];
    await Promise.all(open.map((subscription) => subscription.close()));
  }

  /** Ends the use of the group when it leaves. */
  #add(group: Group<Address>, outlet: Outlet): Joined {
    if (group.outlets.size === 0) this.#routes.add(group);
    group.outlets.add(outlet);
    const leave = (): void => {
      if (!group.outlets.delete(outlet)) return;
      if (group.outlets.size === 0) this.#routes.remove(group);
      this.#release(group);
    };
    return { id: group.id, offset: this.#recent.last, leave };
  }

  /** To be released again: while anybody uses it, it keeps its number. */
  #use(address: Address): Group<Address> {
    const key = keyOf(address);
    const group = this.#groups.get(key) ?? new Group(this.#parts.nextId(), address);
    this.#groups.set(key, group);
    group.uses++;
    return group;
  }

  #release(group: Group<Address>): void {
    group.uses--;
    if (group.uses === 0) this.#groups.delete(keyOf(group.address));
  }

  #receive(messages: readonly M[], offset: Offset): void | Promise<void> {
    this.#recent.add(messages, offset);
    let held: Promise<void>[] | undefined;
    this.#routes.each(messages, (group, part) => {
      const frame = this.#frame(group, part, offset);
      for (const outlet of group.outlets) {
        const room = outlet.offer(frame, part.length);
        if (room === undefined) continue;
        held ??= [];
        held.push(room);
      }
    });
    return held === undefined ? undefined : Promise.all(held).then(() => undefined);
  }

  /**
   * Sends what is after the offset, as far as it is among the recent batches; false: it is not, or it is more than may wait at the
   * outlet: who was closed for being slow would be closed again by what it has come back for.
   */
  #catchUp(group: Group<Address>, outlet: Outlet, after: Offset): boolean {
    const batches = this.#recent.after(after);
    if (batches === null) return false;
    const routes = this.#routesTo(group);
    const waiting: [frame: Buffer, count: number][] = [];
    let bytes = 0;
    for (const { messages, offset } of batches) {
      if (bytes > outlet.limit) return false;
      routes.each(messages, (_, part) => {
        const frame = this.#frame(group, part, offset);
        waiting.push([frame, part.length]);
        bytes += frame.length;
      });
    }
    if (waiting.length > 0 && !outlet.hasRoomFor(bytes)) return false;
    for (const [frame, count] of waiting) void outlet.offer(frame, count);
    return true;
  }

  /** By a subscription of its own, as fast as the WebSocket takes it, until that is where all others are. */
  async #resume(group: Group<Address>, outlet: Outlet, after: Offset): Promise<Joined> {
    const { bus, channel } = this.#parts;
    const routes = this.#routesTo(group);
    let own: Subscription | null = null;
    let joined: Joined | null = null;
    let hasLeft = false;
    let sentBytes = 0;
    const deliver = async (messages: readonly M[], offset: Offset): Promise<void> => {
      if (hasLeft || joined !== null) return;
      let sent: Promise<void> | undefined;
      routes.each(messages, (_, part) => {
        const frame = this.#frame(group, part, offset);
        sentBytes += frame.length;
        sent = outlet.deliver(frame);
      });
      await sent;
      // To look whether the rest fits makes frames of it: no more of them in vain than are sent.
      const isLevel = this.#recent.last === offset;
      if (hasLeft || (!isLevel && sentBytes < outlet.limit)) return;
      sentBytes = 0;
      if (!this.#catchUp(group, outlet, offset)) return;
      joined = this.#add(group, outlet);
      if (own !== null) this.#closeOwn(own);
    };
    try {
      own = await bus.subscribe(channel, { from: { after } }, (messages, offset) =>
        deliver(messages as M[], offset),
      );
    } catch (error) {
      this.#release(group);
      throw error;
    }
    this.#catchingUp.add(own);
    if (joined !== null) this.#closeOwn(own);
    const leave = (): void => {
      if (hasLeft) return;
      hasLeft = true;
      if (joined !== null) joined.leave();
      else {
        this.#release(group);
        if (own !== null) this.#closeOwn(own);
      }
    };
    return { id: group.id, offset: after, leave };
  }

  /** Not waited for: its handler may be what asks for it. */
  #closeOwn(own: Subscription): void {
    const { channel, report } = this.#parts;
    this.#catchingUp.delete(own);
    own.close().catch((error: unknown) => report(error, `closing a resumed subscription of ${channel}`));
  }

  #routesTo(group: Group<Address>): GroupRoutes<M, Address> {
    const routes = this.#parts.createRoutes();
    routes.add(group);
    return routes;
  }

  #frame({ id }: Group<Address>, part: readonly M[], offset: Offset): Buffer {
    return Buffer.from(JSON.stringify({ subscription: id, offset, [this.#parts.channel]: part }));
  }
}

/** The same for the same, in whatever order it was written. */
function keyOf(address: unknown): string {
  return JSON.stringify(address);
}
