import type { Message } from '../message.ts';
import { isPattern } from '../topic.ts';
import type { Routes } from './channel.ts';
import type { Subscriber } from './subscriber.ts';
import { TopicTrie } from './topic-trie.ts';

type Member = Subscriber<Message>;

/** Which subscribers get which messages: exact topics by a map, patterns by a trie, `#` the batch itself. */
export class TopicRoutes implements Routes<Message> {
  readonly #exact = new Map<string, readonly Member[]>();
  readonly #patterns = new TopicTrie<Member>();
  #everything: readonly Member[] = [];

  add(pattern: string, subscriber: Member): () => void {
    if (pattern === '#') {
      this.#everything = [...this.#everything, subscriber];
      return () => {
        this.#everything = this.#everything.filter((other) => other !== subscriber);
      };
    }
    if (isPattern(pattern)) return this.#patterns.add(pattern, subscriber);
    this.#exact.set(pattern, [...(this.#exact.get(pattern) ?? []), subscriber]);
    return () => {
      const others = (this.#exact.get(pattern) ?? []).filter((other) => other !== subscriber);
      if (others.length === 0) this.#exact.delete(pattern);
      else this.#exact.set(pattern, others);
    };
  }

  each(messages: readonly Message[], visit: (subscriber: Member, part: readonly Message[]) => void): void {
    for (const subscriber of this.#everything) visit(subscriber, messages);
    const parts = new Map<Member, Message[]>();
    for (const message of messages) {
      const add = (subscriber: Member): void => {
        const part = parts.get(subscriber);
        if (part === undefined) parts.set(subscriber, [message]);
        else part.push(message);
      };
      this.#exact.get(message.key)?.forEach(add);
      this.#patterns.match(message.key, add);
    }
    for (const [subscriber, part] of parts) visit(subscriber, part);
  }
}
