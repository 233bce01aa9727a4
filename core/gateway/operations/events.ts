import { type AgentEvent, type EventType, eventTypes } from '../../event.ts';
import type { EventDraft, MessageDraft } from '../../orchestrator.ts';
import type { Call, Operation } from '../operation.ts';
import { count, id, named, object, pageOf, paging, type Schema } from '../schemas.ts';
import { idOf, pageRequest } from './agents.ts';
import { publishEvents, sendMessages } from './publish.ts';

const { EventDraft: eventDraft, MessageDraft: messageDraft, Message: message } = named;
const accepted: Schema = object({ accepted: count }, ['accepted']);
const many = (items: Schema): Schema => ({ type: 'array', items, minItems: 1, maxItems: 10_000 });

export const eventOperations: readonly Operation[] = [
  {
    name: 'publishEvent',
    method: 'POST',
    route: '/events',
    what: 'Publishes an event; answered once the bus holds it',
    body: eventDraft,
    status: 202,
    answer: accepted,
    async run(orchestrator, { body }) {
      await publishEvents(orchestrator, [body as EventDraft]);
      return { accepted: 1 };
    },
  },
  {
    name: 'publishEvents',
    method: 'POST',
    route: '/events/batch',
    what: 'Publishes events in this order; answered once the bus holds them all',
    body: object({ events: many(eventDraft) }, ['events']),
    status: 202,
    answer: accepted,
    async run(orchestrator, { body }) {
      const { events } = body as { readonly events: readonly EventDraft[] };
      await publishEvents(orchestrator, events);
      return { accepted: events.length };
    },
  },
  {
    name: 'listEvents',
    method: 'GET',
    route: '/events',
    what: 'The latest events that reached this node, oldest first. `next` is always there: the end of the log now, to go on from later',
    query: {
      type: { type: 'array', items: { type: 'string', enum: eventTypes } },
      agentId: id,
      swarmId: id,
      ...paging,
    },
    status: 200,
    answer: pageOf(message, { missed: { ...count, description: 'evicted before they could be read' } }),
    async run({ events: { log } }, { query }) {
      const end = String(log.evicted + log.size);
      return { next: end, ...log.read(pageRequest(query), wanted(query)) };
    },
  },
  {
    name: 'listHistory',
    method: 'GET',
    route: '/history/events',
    what: 'Events kept in storage, oldest first, where the node was told to keep them',
    query: { agentId: id, ...paging },
    status: 200,
    answer: pageOf(message),
    run(orchestrator, { query }) {
      const { agentId } = query as { readonly agentId?: string };
      return orchestrator.history(agentId === undefined ? {} : { agentId }, pageRequest(query));
    },
  },
  {
    name: 'listAgentEvents',
    method: 'GET',
    route: '/agents/:id/events',
    what: 'Events of one agent kept in storage, oldest first',
    path: { id },
    query: paging,
    status: 200,
    answer: pageOf(message),
    run: (orchestrator, call) => orchestrator.history({ agentId: idOf(call) }, pageRequest(call.query)),
  },
];

export const messageOperations: readonly Operation[] = [
  {
    name: 'sendMessage',
    method: 'POST',
    route: '/messages',
    what: 'Sends a message; answered once the bus holds it',
    body: messageDraft,
    status: 202,
    answer: accepted,
    async run(orchestrator, { body }) {
      await sendMessages(orchestrator, [body as MessageDraft]);
      return { accepted: 1 };
    },
  },
  {
    name: 'sendMessages',
    method: 'POST',
    route: '/messages/batch',
    what: 'Sends messages in this order; answered once the bus holds them all',
    body: object({ messages: many(messageDraft) }, ['messages']),
    status: 202,
    answer: accepted,
    async run(orchestrator, { body }) {
      const { messages } = body as { readonly messages: readonly MessageDraft[] };
      await sendMessages(orchestrator, messages);
      return { accepted: messages.length };
    },
  },
];

function wanted({ type, agentId, swarmId }: Call['query']): ((event: AgentEvent) => boolean) | undefined {
  const types = type as readonly EventType[] | undefined;
  if (types === undefined && agentId === undefined && swarmId === undefined) return undefined;
  return (event) =>
    (types === undefined || types.includes(event.type)) &&
    (agentId === undefined || event.key === agentId) &&
    (swarmId === undefined || event.swarmId === swarmId);
}
