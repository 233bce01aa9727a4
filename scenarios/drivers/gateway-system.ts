import type { Clock } from '../../core/clock.ts';
import { isTestbedError } from '../../core/error.ts';
import type { AgentEvent } from '../../core/event.ts';
import type { Message } from '../../core/message.ts';
import type { AgentChanges } from '../../core/storage.ts';
import type { Closable, SystemUnderTest } from '../sut.ts';
import type { Caller } from './caller.ts';
import type { DriverName } from './driver.ts';
import { GatewaySocket } from './gateway-socket.ts';
import { HttpCaller } from './http-caller.ts';
import { inOrder } from './in-order.ts';
import { MessageSubscriptions } from './message-subscriptions.ts';

/** As many as the gateway takes in one request. */
const mostInOne = 10_000;

export interface GatewaySite {
  readonly url: string;
  readonly driver: Exclude<DriverName, 'embedded'>;
  readonly token?: string | null;
  readonly clock: Clock;
}

/**
 * The system behind a gateway. `http`: whatever is asked goes over HTTP; `websocket`: over one WebSocket. What is heard comes
 * over WebSockets either way: each subscription to events has one of its own, those to messages share one.
 */
export async function gatewaySystem({
  url,
  driver,
  token = null,
  clock,
}: GatewaySite): Promise<SystemUnderTest> {
  const open = (): Promise<GatewaySocket> => GatewaySocket.open(url, clock, { token });
  const shared = await open();
  const caller: Caller = driver === 'http' ? new HttpCaller(url, token) : shared;
  const sockets = new Set([shared]);
  const messages = new MessageSubscriptions(shared);
  // On one socket what is asked first is done first; over HTTP that has to be seen to.
  const ordered = <T>(
    send: (items: readonly T[]) => Promise<unknown>,
  ): ((items: readonly T[]) => Promise<void>) =>
    driver === 'http' ? inOrder(send, mostInOne) : async (items) => void (await send(items));
  const ofAgent = (operation: string) => (agentId: string, body?: object) =>
    caller.call(operation, { path: { id: agentId }, ...(body && { body }) });
  const [pause, resume, complete] = [ofAgent('pauseAgent'), ofAgent('resumeAgent'), ofAgent('completeAgent')];
  const [fail, kill] = [ofAgent('failAgent'), ofAgent('killAgent')];
  return {
    ...readsOf(caller),
    async spawn(agents) {
      const spawned = await caller.call('spawnAgents', { body: { agents } });
      return (spawned as { readonly agents: readonly { readonly id: string }[] }).agents;
    },
    pause: (agentId) => pause(agentId),
    resume: (agentId) => resume(agentId),
    complete: (agentId, result) => complete(agentId, { result }),
    fail: (agentId, error) => fail(agentId, { error }),
    kill: (agentId) => kill(agentId),
    createSwarm: async (body) => {
      await caller.call('createSwarm', { body });
      return body.id;
    },
    forgetEnded: () => caller.call('forgetEnded', { body: { endedForMs: 0 } }),
    events: {
      get dropped(): number {
        return [...sockets].reduce((sum, { dropped }) => sum + dropped, 0);
      },
      publish: ordered((events: readonly AgentEvent[]) =>
        caller.call('publishEvents', { body: { events: events.map(eventDraft) } }),
      ),
      async subscribe({ types }, handler): Promise<Closable> {
        const own = await open();
        sockets.add(own);
        await own.subscribe({ channel: 'events', ...(types && { types }) }, (batch) =>
          handler(batch as readonly AgentEvent[]),
        );
        return { close: () => own.close() };
      },
    },
    messages: {
      publish: ordered((batch: readonly Message[]) =>
        caller.call('sendMessages', { body: { messages: batch.map(messageDraft) } }),
      ),
      subscribe: (pattern, handler) => messages.subscribe(pattern, handler),
    },
    async close() {
      await Promise.all([caller, ...sockets].map((way) => way.close()));
    },
  };
}

/** How the state of a system is looked at. */
function readsOf(
  caller: Caller,
): Required<Pick<SystemUnderTest, 'get' | 'list' | 'count' | 'history' | 'changes'>> {
  return {
    async get(agentId) {
      try {
        return await caller.call('getAgent', { path: { id: agentId } });
      } catch (error) {
        if (isTestbedError(error, 'NOT_FOUND')) return undefined;
        throw error;
      }
    },
    list: (filter, page) => caller.call('listAgents', { query: { ...filter, ...page } }),
    count: (filter) => caller.call('countAgents', { query: filter }),
    history: (filter, page) => caller.call('listHistory', { query: { ...filter, ...page } }),
    changes: async (page) => (await caller.call('listChanges', { query: { ...page } })) as AgentChanges,
  };
}

/** With the number and the times that it has already: they are what the ledger knows it by. */
export function eventDraft({ key, type, swarmId, data, producer, sequence, at, sentAt }: AgentEvent): object {
  const stamp = { producer, sequence, at, sentAt };
  return { type, agentId: key, ...(swarmId !== '' && { swarmId }), data, stamp };
}

function messageDraft({ key, type, swarmId, data, producer, sequence, at, sentAt }: Message): object {
  const stamp = { producer, sequence, at, sentAt };
  return { topic: key, type, ...(swarmId !== '' && { swarmId }), data, stamp };
}
