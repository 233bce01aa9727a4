import { eventTypes } from '../../event.ts';
import { count, id, json, named, object, type Schema, topic } from '../schemas.ts';
import { type Check, checkOf } from '../validate.ts';

/** A client's own number for what it asks; the answer has it again. */
const asked = { id: count };
const after: Schema = { type: 'string', minLength: 1, maxLength: 1000 };

const subscribe = object(
  {
    ...asked,
    do: { const: 'subscribe' },
    channel: { type: 'string', enum: ['events', 'messages'] },
    types: { type: 'array', items: { type: 'string', enum: eventTypes }, minItems: 1, uniqueItems: true },
    agentId: id,
    swarmId: id,
    pattern: topic,
    after,
  },
  ['do', 'channel'],
);

const unsubscribe = object({ ...asked, do: { const: 'unsubscribe' }, subscription: count }, [
  'do',
  'subscription',
]);

const publish = object(
  {
    ...asked,
    do: { const: 'publish' },
    events: { type: 'array', items: named.EventDraft, minItems: 1, maxItems: 10_000 },
    messages: { type: 'array', items: named.MessageDraft, minItems: 1, maxItems: 10_000 },
  },
  ['do'],
);

const call = object(
  {
    ...asked,
    do: { const: 'call' },
    operation: { type: 'string' },
    path: { type: 'object' },
    query: { type: 'object' },
    body: json,
  },
  ['do', 'operation'],
);

const ping = object({ ...asked, do: { const: 'ping' } }, ['do']);

/** What a client can say, by its `do`. */
const frames: { readonly [name: string]: Schema } = { subscribe, unsubscribe, publish, call, ping };

export interface SubscribeFrame {
  readonly do: 'subscribe';
  readonly channel: 'events' | 'messages';
  readonly types?: readonly (typeof eventTypes)[number][];
  readonly agentId?: string;
  readonly swarmId?: string;
  readonly pattern?: string;
  readonly after?: string;
}

export type ClientFrame = { readonly id?: number } & (
  | SubscribeFrame
  | { readonly do: 'unsubscribe'; readonly subscription: number }
  | { readonly do: 'publish'; readonly events?: readonly object[]; readonly messages?: readonly object[] }
  | {
      readonly do: 'call';
      readonly operation: string;
      readonly path?: object;
      readonly query?: object;
      readonly body?: unknown;
    }
  | { readonly do: 'ping' }
);

const names = Object.keys(frames);
const checkName = checkOf(
  { type: 'object', required: ['do'], properties: { do: { type: 'string', enum: names } } },
  'frame',
);
const checks = new Map<string, Check>(names.map((name) => [name, checkOf(frames[name] as Schema, 'frame')]));

/** Throws INVALID_ARGUMENT unless it is one of the frames above. */
export function assertClientFrame(frame: unknown): asserts frame is ClientFrame {
  checkName(frame);
  checks.get((frame as ClientFrame).do)?.(frame);
}
