import type { Json, Message } from '../../core/message.ts';
import { callFault } from './call-fault.ts';

export const corrupt = callFault({
  name: 'corrupt',
  meaning: 'Damages the content of one message of a publish or a delivery.',
  methods: ['publish', 'deliver'],
  options: {},
  effect:
    (_options, { random }) =>
    async (_call, proceed, asked) => {
      // Published: a channel and messages; delivered: messages and an offset.
      const at = asked.findIndex(Array.isArray);
      const messages = asked[at] as readonly Message[] | undefined;
      if (messages === undefined || messages.length === 0) return proceed(asked);
      const hit = random.integer(0, messages.length - 1);
      const damaged = messages.map((message, index) =>
        index === hit ? { ...message, data: damage(message.data) } : message,
      );
      return proceed(asked.map((value, index) => (index === at ? damaged : value)));
    },
  shows: ({ changed }) => changed,
});

/** The same kind of value where that goes, so that it gets as far as a real flipped bit would. */
function damage(payload: Json): Json {
  if (typeof payload === 'string') return payload === '' ? '\u0000' : `${payload.slice(0, -1)}\u0000`;
  if (typeof payload === 'number') return payload + 1;
  if (payload === null || typeof payload !== 'object') return { damaged: payload };
  if (Array.isArray(payload)) return [...payload, 'damaged'];
  const [name = 'damaged', value = null] = Object.entries(payload).at(-1) ?? [];
  return { ...payload, [name]: damage(value as Json) };
}
