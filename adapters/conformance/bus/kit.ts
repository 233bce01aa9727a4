import type { Bus, Handler, Offset, SubscribeOptions, Subscription } from '../../../core/bus.ts';
import type { Json, Message } from '../../../core/message.ts';
import type { BusTraits } from '../../adapter.ts';
import type { ConformanceContext, ConformanceTest } from '../suite.ts';

export type BusContext = ConformanceContext<Bus, BusTraits>;
export type BusTest = ConformanceTest<Bus, BusTraits>;

export const channel = 'conformance';

/** A message; key and sequence say which. */
export function message(key: string, sequence: number, data: Json = `${key}:${sequence}`): Message {
  return {
    key,
    type: 'text_delta',
    swarmId: 'swarm',
    producer: 1,
    sequence,
    at: 1_700_000_000_000.125 + sequence,
    sentAt: 1_700_000_000_000.375 + sequence,
    data,
  };
}

/** `count` messages with sequence numbers from `first` on, over `keys` keys in turn. */
export function messages(count: number, { first = 1, keys = 5 } = {}): Message[] {
  return Array.from({ length: count }, (_, index) => message(`key-${(first + index) % keys}`, first + index));
}

/** What a message is, in short: for comparing and for saying. */
export function labels(list: readonly Message[]): string[] {
  return list.map(({ key, sequence }) => `${key}:${sequence}`);
}

export interface Recorder {
  readonly seen: Message[];
  readonly offsets: Offset[];
  readonly handler: Handler;
}

/** A handler that remembers what it was given, in order. `before` runs first, and may throw or wait. */
export function recorder(before?: (messages: readonly Message[]) => void | Promise<void>): Recorder {
  const seen: Message[] = [];
  const offsets: Offset[] = [];
  return {
    seen,
    offsets,
    handler: async (batch, offset) => {
      await before?.(batch);
      seen.push(...batch);
      offsets.push(offset);
    },
  };
}

/** Subscribes a new recorder. */
export async function record(
  bus: Bus,
  options: SubscribeOptions = {},
  on = channel,
): Promise<Recorder & { readonly subscription: Subscription }> {
  const recording = recorder();
  const subscription = await bus.subscribe(on, options, recording.handler);
  return { ...recording, subscription };
}

/** Long enough for something that must not happen to be noticed, when nothing can announce that it did not. */
export function settle({ clock }: BusContext): Promise<void> {
  return clock.sleep(30);
}

/** The pairs (key, sequence) out of order within their key, each with what came before it. */
export function disorder(list: readonly Message[]): string[] {
  const last = new Map<string, number>();
  const wrong: string[] = [];
  for (const { key, sequence } of list) {
    const before = last.get(key);
    if (before !== undefined && sequence <= before) wrong.push(`${key}:${sequence} after ${before}`);
    last.set(key, sequence);
  }
  return wrong;
}

/** Resolved by hand. */
export function latch(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
