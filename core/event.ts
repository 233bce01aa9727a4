import type { Message } from './message.ts';

/** The eleven types of the seed's event bus. */
export const eventTypes = [
  'agent_start',
  'agent_complete',
  'turn_start',
  'turn_end',
  'thinking_start',
  'thinking_delta',
  'thinking_end',
  'tool_call_start',
  'tool_call_end',
  'text_delta',
  'error',
] as const;

export type EventType = (typeof eventTypes)[number];

/** An event: a message on the channel `events` whose key is the agent's id. */
export interface AgentEvent extends Message {
  readonly type: EventType;
}

/** The channel that carries events. */
export const eventChannel = 'events';
/** The channel that carries messages. */
export const messageChannel = 'messages';
