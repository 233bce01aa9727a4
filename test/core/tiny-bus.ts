import type { Bus, Handler, SubscribeOptions, Subscription } from '../../core/bus.ts';
import type { Message } from '../../core/message.ts';

interface Reader {
  readonly channel: string;
  readonly group: string | undefined;
  readonly handler: Handler;
  readonly queue: (readonly Message[])[];
  running: Promise<void> | null;
  closed: boolean;
}

/** The smallest bus that keeps the contract, with a hook to make publishing fail. Tests of core need no adapter. */
export class TinyBus implements Bus {
  readonly #readers = new Set<Reader>();
  #position = 0;
  /** Everything that was published, for tests to look at. */
  readonly published: Message[] = [];
  keepPublished = true;
  /** Called before a publish: may throw, or wait. */
  before: (channel: string, messages: readonly Message[]) => void | Promise<void> = () => {};
  /** Called once the bus holds the batch: throwing here loses the reply. */
  after: (channel: string, messages: readonly Message[]) => void = () => {};

  get subscriptions(): number {
    return this.#readers.size;
  }

  /** Batches that were handed out and not acknowledged, or wait behind one. */
  get unanswered(): number {
    let count = 0;
    for (const { queue, running } of this.#readers) count += queue.length + (running === null ? 0 : 1);
    return count;
  }

  async publish(channel: string, messages: readonly Message[]): Promise<void> {
    await this.before(channel, messages);
    if (this.keepPublished) this.published.push(...messages);
    const groups = new Set<string>();
    for (const reader of this.#readers) {
      if (reader.channel !== channel || (reader.group !== undefined && groups.has(reader.group))) continue;
      if (reader.group !== undefined) groups.add(reader.group);
      reader.queue.push(messages);
      this.#wake(reader);
    }
    this.after(channel, messages);
  }

  async subscribe(channel: string, options: SubscribeOptions, handler: Handler): Promise<Subscription> {
    const reader: Reader = {
      channel,
      group: options.group,
      handler,
      queue: [],
      running: null,
      closed: false,
    };
    this.#readers.add(reader);
    return {
      close: async () => {
        reader.closed = true;
        this.#readers.delete(reader);
        await reader.running;
      },
    };
  }

  #wake(reader: Reader): void {
    reader.running ??= this.#run(reader);
  }

  async #run(reader: Reader): Promise<void> {
    while (!reader.closed) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = reader.queue.shift();
      if (batch === undefined || reader.closed) break;
      this.#position += batch.length;
      await reader.handler(batch, String(this.#position));
    }
    reader.running = null;
  }
}
