import type { Message } from '../../core/message.ts';
import type { Closable } from '../sut.ts';
import type { GatewaySocket } from './gateway-socket.ts';

type Handler = (messages: readonly Message[]) => void;

interface Topic {
  readonly handlers: Set<Handler>;
  readonly subscription: Promise<Closable>;
}

/** Subscriptions to messages over one WebSocket, which has each pattern once: those who ask for the same share it here. */
export class MessageSubscriptions {
  readonly #socket: GatewaySocket;
  readonly #topics = new Map<string, Topic>();

  constructor(socket: GatewaySocket) {
    this.#socket = socket;
  }

  async subscribe(pattern: string, handler: Handler): Promise<Closable> {
    const topic = this.#topics.get(pattern) ?? this.#open(pattern);
    topic.handlers.add(handler);
    try {
      await topic.subscription;
    } catch (error) {
      this.#topics.delete(pattern);
      throw error;
    }
    return { close: () => this.#close(pattern, topic, handler) };
  }

  #open(pattern: string): Topic {
    const handlers = new Set<Handler>();
    const subscription = this.#socket.subscribe({ channel: 'messages', pattern }, (messages) => {
      for (const handler of handlers) handler(messages);
    });
    const topic = { handlers, subscription };
    this.#topics.set(pattern, topic);
    return topic;
  }

  async #close(pattern: string, topic: Topic, handler: Handler): Promise<void> {
    topic.handlers.delete(handler);
    if (topic.handlers.size > 0) return;
    if (this.#topics.get(pattern) === topic) this.#topics.delete(pattern);
    await (await topic.subscription).close();
  }
}
