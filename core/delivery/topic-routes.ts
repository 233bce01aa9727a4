import type { Message } from '../message.ts';
import { isPattern } from '../topic.ts';
import type { Addressed } from './channel.ts';
import type { Subscriber } from './subscriber.ts';
import { TopicTrie } from './topic-trie.ts';

/** Which subscribers get which messages: exact topics by a map, patterns by a trie, `#` the batch itself. */
export class TopicRoutes<Member extends Addressed<string> = Subscriber<Message, string>> {
  readonly #exact = new Map<string, readonly Member[]>();
  readonly #patterns = new TopicTrie<Member>();
  #everything: readonly Member[] = [];

  add(subscriber: Member): void {
    const pattern = subscriber.address;
    if (pattern === '#') this.#everything = [...this.#everything, subscriber];
    else if (isPattern(pattern)) this.#patterns.add(pattern, subscriber);
    else this.#exact.set(pattern, [...(this.#exact.get(pattern) ?? []), subscriber]);
  }

  remove(subscriber: Member): void {
    const pattern = subscriber.address;
    const others = (members: readonly Member[]): Member[] => members.filter((other) => other !== subscriber);
    if (pattern === '#') this.#everything = others(this.#everything);
    else if (isPattern(pattern)) this.#patterns.remove(pattern, subscriber);
    else {
      const left = others(this.#exact.get(pattern) ?? []);
      if (left.length === 0) this.#exact.delete(pattern);
      else this.#exact.set(pattern, left);
    }
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
