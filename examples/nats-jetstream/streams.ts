import {
  type JetStreamManager,
  RetentionPolicy,
  type StorageType,
  type StreamInfo,
} from '@nats-io/jetstream';
import { isGone, translate } from './errors.ts';

/** What of a channel is kept, and where. */
export interface StreamSettings {
  readonly storage: StorageType;
  /** Publishes kept for replay; older ones go. No bound in bytes: the server would reserve it for every stream. */
  readonly windowPublishes: number;
}

/** A stream for each channel, made when it is first used and again when the server has lost it. */
export class Streams {
  readonly #manager: JetStreamManager;
  readonly #prefix: string;
  readonly #settings: StreamSettings;
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(manager: JetStreamManager, namespace: string, settings: StreamSettings) {
    this.#manager = manager;
    this.#prefix = `${token(namespace)}__`;
    this.#settings = settings;
  }

  /** Name of the channel's stream, and the one subject that it takes. */
  nameOf(channel: string): string {
    return this.#prefix + token(channel);
  }

  /** Resolves once the stream is there. */
  async ensure(name: string): Promise<void> {
    let making = this.#made.get(name);
    if (making === undefined) {
      making = this.#make(name);
      this.#made.set(name, making);
      making.catch(() => this.#made.delete(name));
    }
    try {
      await making;
    } catch (error) {
      throw translate(error, `stream ${name}`, 'read');
    }
  }

  /** Where the stream begins and ends now; makes it when it is not there. */
  async look(name: string): Promise<StreamInfo> {
    await this.ensure(name);
    try {
      return await this.#manager.streams.info(name);
    } catch (error) {
      if (!isGone(error)) throw translate(error, `stream ${name}`, 'read');
      this.forget(name);
      await this.ensure(name);
      return this.look(name);
    }
  }

  /** It is gone: the next use makes it again. */
  forget(name: string): void {
    this.#made.delete(name);
  }

  /** Removes every stream of this namespace. */
  async purge(): Promise<void> {
    for await (const name of this.#manager.streams.names()) {
      if (name.startsWith(this.#prefix)) await this.#manager.streams.delete(name);
    }
  }

  #make(name: string): Promise<StreamInfo> {
    const { storage, windowPublishes } = this.#settings;
    // The same configuration again is no error: whoever comes second finds the stream of the first.
    return this.#manager.streams.add({
      name,
      subjects: [name],
      storage,
      retention: RetentionPolicy.Limits,
      max_msgs: windowPublishes,
      num_replicas: 1,
    });
  }
}

/** Any text as a word that names of streams and subjects may contain. No two texts give the same. */
function token(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/g, (letter) => `_${letter.charCodeAt(0).toString(16)}_`);
}
