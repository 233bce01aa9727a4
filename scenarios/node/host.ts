import type { AdjustableClock } from '../../chaos/clock/adjustable-clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import { sampleMemory } from '../run/memory.ts';
import type { AgentsRead, Closable, SystemUnderTest } from '../sut.ts';
import { Outgoing } from './outgoing.ts';
import type { Call, FromNode, Handled } from './protocol.ts';
import { optionalMethods } from './system.ts';
import { readError, writeError } from './written-error.ts';

/** What a node runs, and what else it can be asked about. */
export interface Hosted {
  readonly sut: SystemUnderTest;
  /** The agents as stored, past gate and orchestrator. */
  readonly agents: AgentsRead;
  /** The orchestrator's clock. */
  readonly clock: AdjustableClock;
  /** What bus, storage and layers say of themselves. */
  facts(): unknown;
  /** Removes what it keeps on servers that others use too. */
  purge(): Promise<void>;
}

type Method = (...parameters: readonly never[]) => unknown;

/** Does in a node what the process of the cell asks for, and hands it what its subscriptions get. */
export class NodeHost {
  readonly #hosted: Hosted;
  readonly #outgoing: Outgoing;
  readonly #methods: { readonly [method: string]: Method };
  readonly #subscriptions = new Map<number, Closable>();
  /** Batches whose handlers are at work over there, by their subscription. */
  readonly #handling = new Map<number, PromiseWithResolvers<void>>();

  constructor(hosted: Hosted, send: (message: FromNode) => void) {
    this.#hosted = hosted;
    this.#outgoing = new Outgoing(send, () => hosted.sut.events.dropped ?? 0);
    this.#methods = this.#methodsOf(hosted);
  }

  /** What its system has of that which none need have. */
  get able(): readonly string[] {
    const { sut } = this.#hosted;
    const methods = optionalMethods.filter((name) => sut[name] !== undefined);
    return sut.events.dropped === undefined ? methods : [...methods, 'dropped'];
  }

  take({ calls, handled }: { readonly calls: readonly Call[]; readonly handled: readonly Handled[] }): void {
    for (const each of handled) this.#settle(each);
    for (const call of calls) void this.#do(call);
  }

  async #do({ id, method, parameters }: Call): Promise<void> {
    try {
      const act = this.#methods[method];
      if (act === undefined) throw new TestbedError('UNSUPPORTED', `a node has no ${method}`);
      const value = await act(...(parameters as readonly never[]));
      this.#outgoing.answer({ id, value: value ?? null });
    } catch (error) {
      this.#outgoing.answer({ id, error: writeError(error) });
    }
  }

  #methodsOf({ sut, agents, clock, facts, purge }: Hosted): { readonly [method: string]: Method } {
    const optional = optionalMethods.flatMap((name) => {
      const method = sut[name];
      return method === undefined ? [] : [[name, method.bind(sut) as Method] as const];
    });
    const find: AgentsRead['find'] = (filter, page) => agents.find(filter, page);
    const count: AgentsRead['count'] = (filter) => agents.count(filter);
    return {
      ...Object.fromEntries(optional),
      ...transitionsOf(sut),
      'events.publish': (events: Parameters<typeof sut.events.publish>[0]) => sut.events.publish(events),
      'messages.publish': (messages: readonly Message[]) => sut.messages.publish(messages),
      'events.subscribe': (id: number, filter: Parameters<typeof sut.events.subscribe>[0]) =>
        this.#keep(id, sut.events.subscribe(filter, this.#forward(id))),
      'messages.subscribe': (id: number, pattern: string) =>
        this.#keep(id, sut.messages.subscribe(pattern, this.#forward(id))),
      unsubscribe: (id: number) => this.#unsubscribe(id),
      'agents.find': find,
      'agents.count': count,
      recover: async () => void (await sut.recover?.()),
      'clock.now': () => clock.now(),
      'clock.adjust': (aheadMs: number, rate: number) => clock.adjust(aheadMs, rate),
      memory: () => sampleMemory(),
      ping: () => null,
      facts,
      purge,
      close: () => sut.close(),
    };
  }

  async #keep(id: number, subscription: Promise<Closable>): Promise<void> {
    this.#subscriptions.set(id, await subscription);
  }

  async #unsubscribe(id: number): Promise<void> {
    const subscription = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    // Nobody over there is going to say that he is done with anything.
    this.#settle({ subscription: id });
    await subscription?.close();
  }

  /** A handler that sends on what it gets, and is done when the one over there is. */
  #forward(id: number): (messages: readonly Message[]) => Promise<void> {
    return (messages) => {
      const handling = Promise.withResolvers<void>();
      this.#handling.set(id, handling);
      this.#outgoing.deliver(id, messages);
      return handling.promise;
    };
  }

  #settle({ subscription, error }: Handled): void {
    const handling = this.#handling.get(subscription);
    this.#handling.delete(subscription);
    if (error === undefined) handling?.resolve();
    else handling?.reject(readError(error));
  }
}

/** What it answers of them is not looked at over there, and stays here. */
function transitionsOf(sut: SystemUnderTest): { readonly [method: string]: Method } {
  const orders = (list: Parameters<SystemUnderTest['spawn']>[0]) => sut.spawn(list);
  return {
    spawn: async (list: Parameters<typeof orders>[0]) => (await orders(list)).map(({ id }) => ({ id })),
    pause: async (id: string) => void (await sut.pause(id)),
    resume: async (id: string) => void (await sut.resume(id)),
    complete: async (id: string, result: Parameters<typeof sut.complete>[1]) =>
      void (await sut.complete(id, result)),
    fail: async (id: string, error: string) => void (await sut.fail(id, error)),
    kill: async (id: string) => void (await sut.kill(id)),
  };
}
