import type { WebSocket } from 'ws';
import type { Offset } from '../../bus.ts';
import type { EventFilter } from '../../delivery/event-routes.ts';
import { TestbedError } from '../../error.ts';
import type { AgentEvent } from '../../event.ts';
import type { Message } from '../../message.ts';
import type { BoundOperation } from '../bind.ts';
import { readJson } from '../body.ts';
import type { GatewayCounts } from '../counts.ts';
import type { GatewayLimits, SlowPolicy } from '../options.ts';
import { refusalOf } from '../problems.ts';
import type { RateLimit } from '../rate-limit.ts';
import { assertClientFrame, type ClientFrame, type SubscribeFrame } from './client-frames.ts';
import type { Feed, Joined } from './feed.ts';
import { Outlet } from './outlet.ts';
import { type Target, targetOf } from './target.ts';

/** What all sessions of a gateway share. */
export interface SessionParts {
  readonly operations: ReadonlyMap<string, BoundOperation>;
  readonly events: Feed<AgentEvent, EventFilter>;
  readonly messages: Feed<Message, string>;
  readonly limits: GatewayLimits;
  readonly slow: SlowPolicy;
  readonly rate: RateLimit | null;
  readonly counts: GatewayCounts;
  readonly report: (error: unknown, doing: string) => void;
}

/** Requests of one WebSocket that may be under way; with more it is not read from until some are answered. */
const mostUnderWay = 256;

type Subscribed = Joined | 'on its way';

/** One WebSocket: what it asks is answered under its own numbers, in whatever order it is done. */
export class Session {
  readonly #socket: WebSocket;
  readonly #parts: SessionParts;
  readonly #key: string;
  readonly outlet: Outlet;
  /** By what was subscribed to, in one spelling. */
  #subscriptions: Map<string, Subscribed> | null = null;
  #underWay = 0;
  /** It has answered since it was last pinged. */
  isAlive = true;

  constructor(socket: WebSocket, key: string, parts: SessionParts) {
    this.#socket = socket;
    this.#key = key;
    this.#parts = parts;
    this.outlet = new Outlet(socket, { queueBytes: parts.limits.queueBytes, slow: parts.slow }, parts.counts);
  }

  ping(): void {
    this.isAlive = false;
    this.#socket.ping();
  }

  end(): void {
    this.#socket.terminate();
  }

  /** Tells it to go, and why. */
  dismiss(code: number, why: string): void {
    this.#socket.close(code, why);
  }

  /** The WebSocket has ended, for whatever reason. */
  left(): void {
    const subscriptions = this.#subscriptions;
    this.#subscriptions = new Map();
    for (const joined of subscriptions?.values() ?? []) if (joined !== 'on its way') joined.leave();
  }

  async receive(bytes: Buffer): Promise<void> {
    this.#underWay++;
    if (this.#underWay === mostUnderWay) this.#socket.pause();
    let id: number | undefined;
    try {
      if (this.#parts.rate?.take(this.#key) === false)
        throw new TestbedError('OVERLOADED', 'more frames than this gateway takes of one WebSocket');
      const frame = readJson(bytes);
      id = idOf(frame);
      assertClientFrame(frame);
      this.outlet.answer({ ...(id !== undefined && { id }), ok: true, result: await this.#do(frame) });
    } catch (error) {
      this.#refuse(id, error);
    }
    if (this.#underWay === mostUnderWay) this.#socket.resume();
    this.#underWay--;
  }

  #refuse(id: number | undefined, error: unknown): void {
    const { status, body } = refusalOf(error);
    if (status === 500) this.#parts.report(error, 'answering a WebSocket');
    this.outlet.answer({ ...(id !== undefined && { id }), ok: false, ...body });
  }

  #do(frame: ClientFrame): Promise<unknown> | unknown {
    if (frame.do === 'subscribe') return this.#subscribe(frame);
    if (frame.do === 'unsubscribe') return this.#unsubscribe(frame.subscription);
    if (frame.do === 'publish') return this.#publish(frame);
    if (frame.do === 'call') return this.#call(frame.operation, frame);
    return null;
  }

  #call(name: string, { path = {}, query = {}, body }: { path?: object; query?: object; body?: unknown }) {
    const bound = this.#parts.operations.get(name);
    if (bound === undefined) throw new TestbedError('NOT_FOUND', `no operation ${JSON.stringify(name)}`);
    return bound.call({ path, query, body });
  }

  #publish({
    events,
    messages,
  }: {
    readonly events?: readonly object[];
    readonly messages?: readonly object[];
  }) {
    if ((events === undefined) === (messages === undefined))
      throw new TestbedError('INVALID_ARGUMENT', 'frame has either events or messages');
    return events === undefined
      ? this.#call('sendMessages', { body: { messages } })
      : this.#call('publishEvents', { body: { events } });
  }

  async #subscribe(
    frame: SubscribeFrame,
  ): Promise<{ readonly subscription: number; readonly offset?: Offset }> {
    const { limits, counts } = this.#parts;
    this.#subscriptions ??= new Map();
    const subscriptions = this.#subscriptions;
    const target = targetOf(frame);
    const key = JSON.stringify(target);
    if (subscriptions.has(key)) throw new TestbedError('DUPLICATE', 'subscribed to this already');
    if (subscriptions.size >= limits.subscriptions)
      throw new TestbedError('OVERLOADED', `it has its ${limits.subscriptions} subscriptions already`);
    subscriptions.set(key, 'on its way');
    try {
      const joined = await this.#join(target, frame.after);
      if (frame.after !== undefined) counts.resumed++;
      if (this.#subscriptions === subscriptions) subscriptions.set(key, joined);
      else joined.leave();
      const { id, offset } = joined;
      return { subscription: id, ...(offset !== undefined && { offset }) };
    } catch (error) {
      subscriptions.delete(key);
      throw error;
    }
  }

  #join(target: Target, after: Offset | undefined): Promise<Joined> {
    const { events, messages } = this.#parts;
    return target.channel === 'events'
      ? events.join(target.filter, this.outlet, after)
      : messages.join(target.pattern, this.outlet, after);
  }

  #unsubscribe(id: number): null {
    for (const [key, joined] of this.#subscriptions ?? []) {
      if (joined === 'on its way' || joined.id !== id) continue;
      this.#subscriptions?.delete(key);
      joined.leave();
      return null;
    }
    throw new TestbedError('NOT_FOUND', `no subscription ${id}`);
  }
}

function idOf(frame: unknown): number | undefined {
  const { id } = (frame ?? {}) as { readonly id?: unknown };
  return typeof id === 'number' ? id : undefined;
}
