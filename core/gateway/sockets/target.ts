import type { EventFilter } from '../../delivery/event-routes.ts';
import { TestbedError } from '../../error.ts';
import { assertPattern } from '../../topic.ts';
import type { SubscribeFrame } from './client-frames.ts';

/** What a WebSocket subscribes to. The same is spelled the same. */
export type Target =
  | { readonly channel: 'events'; readonly filter: EventFilter }
  | { readonly channel: 'messages'; readonly pattern: string };

/** INVALID_ARGUMENT for a frame that names for one channel what the other has, or a pattern that is none. */
export function targetOf({ channel, types, agentId, swarmId, pattern }: SubscribeFrame): Target {
  if (channel === 'messages') {
    if (types !== undefined || agentId !== undefined || swarmId !== undefined)
      throw new TestbedError(
        'INVALID_ARGUMENT',
        'frame.types, agentId and swarmId are for the channel events',
      );
    const topics = pattern ?? '#';
    assertPattern(topics);
    return { channel, pattern: topics };
  }
  if (pattern !== undefined)
    throw new TestbedError('INVALID_ARGUMENT', 'frame.pattern is for the channel messages');
  const filter = {
    ...(types && { types: [...types].sort() }),
    ...(agentId !== undefined && { agentId }),
    ...(swarmId !== undefined && { swarmId }),
  };
  return { channel, filter };
}
