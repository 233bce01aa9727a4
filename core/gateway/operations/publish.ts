import { TestbedError } from '../../error.ts';
import type { AgentEvent } from '../../event.ts';
import type { Message } from '../../message.ts';
import type { EventDraft, MessageDraft, Orchestrator } from '../../orchestrator.ts';
import { assertTopic } from '../../topic.ts';

/** How a client counts and dates what it sends, when it does; the node is producer 0 and does it for all others. */
type Stamp = Pick<Message, 'producer' | 'sequence' | 'at' | 'sentAt'>;
type Drafted<Draft> = Draft & { readonly stamp?: Stamp };
type Stamped<Draft> = Draft & { readonly stamp: Stamp };

/** Resolves once the bus holds them all. */
export function publishEvents(
  orchestrator: Orchestrator,
  drafts: readonly Drafted<EventDraft>[],
): Promise<void> {
  if (!areStamped(drafts)) return orchestrator.emit(drafts);
  return orchestrator.events.publish(drafts.map(eventOf));
}

/** Resolves once the bus holds them all. */
export function sendMessages(
  orchestrator: Orchestrator,
  drafts: readonly Drafted<MessageDraft>[],
): Promise<void> {
  if (!areStamped(drafts)) return orchestrator.send(drafts);
  for (const { topic } of drafts) assertTopic(topic);
  return orchestrator.messages.publish(drafts.map(messageOf));
}

function eventOf({ type, agentId, swarmId = '', data = null, stamp }: Stamped<EventDraft>): AgentEvent {
  const { producer, sequence, at, sentAt } = stamp;
  return { key: agentId, type, swarmId, producer, sequence, at, sentAt, data };
}

function messageOf({ type, topic, swarmId = '', data = null, stamp }: Stamped<MessageDraft>): Message {
  const { producer, sequence, at, sentAt } = stamp;
  return { key: topic, type, swarmId, producer, sequence, at, sentAt, data };
}

/** The order of a batch is kept, so that all of it goes one way. */
function areStamped<Draft>(drafts: readonly Drafted<Draft>[]): drafts is readonly Stamped<Draft>[] {
  const stamped = drafts.reduce((sum, { stamp }) => sum + (stamp === undefined ? 0 : 1), 0);
  if (stamped === 0) return false;
  if (stamped === drafts.length) return true;
  throw new TestbedError('INVALID_ARGUMENT', 'all of a batch have a stamp, or none has');
}
