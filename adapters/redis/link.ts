import type { Redis, RedisOptions } from 'ioredis';
import { TestbedError } from '../../core/error.ts';
import { type Intent, translate, translateConnect } from './errors.ts';
import type { Script } from './script.ts';

export type Argument = string | number | Buffer;

export interface LinkOptions {
  /** Loaded before anything else is sent, on every connection. */
  readonly scripts?: readonly Script[];
  /** What else a new connection needs before it can be used. */
  readonly prepare?: (redis: Redis) => Promise<unknown>;
  /** A server that says nothing for so long, while it owes an answer, is given up. */
  readonly answerWithinMs: number;
}

const longestRetryMs = 500;

/**
 * One connection to Redis that comes back by itself. What is asked while it is down is refused at once (nothing
 * queues up in front of a dead server), what was in flight when it went down fails at once, and nothing is ever
 * sent a second time behind the caller's back.
 */
export class Link {
  readonly redis: Redis;
  readonly #what: string;
  readonly #scripts: readonly Script[];
  readonly #prepareMore: NonNullable<LinkOptions['prepare']> | undefined;
  #up = false;
  #closed = false;
  #corked = false;
  #preparing: Promise<void> | undefined;
  #lastError: unknown = new Error('no answer');

  private constructor(redis: Redis, what: string, { scripts = [], prepare }: LinkOptions) {
    this.redis = redis;
    this.#what = what;
    this.#scripts = scripts;
    this.#prepareMore = prepare;
    redis.on('error', (error) => {
      this.#lastError = error;
    });
    redis.on('ready', () => {
      this.#preparing = this.#prepare();
    });
    redis.on('close', () => {
      this.#up = false;
    });
  }

  /**
   * Connected and prepared. Rejects with INVALID_CONFIG (URL, password, database) or UNAVAILABLE; says no password.
   */
  static async open(url: string, options: LinkOptions): Promise<Link> {
    const what = describe(url);
    const { Redis } = await import('ioredis');
    let isOpen = false;
    let link: Link | undefined;
    const settings: RedisOptions = {
      lazyConnect: true,
      // Shapes of replies as they have been for ever.
      protocol: 2,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      connectTimeout: options.answerWithinMs,
      socketTimeout: options.answerWithinMs,
      disconnectTimeout: 100,
      maxLoadingRetryTime: 50,
      disableClientInfo: true,
      // A client that was told to disconnect may still be asked once more, and must not come back then.
      retryStrategy: (times) =>
        isOpen && link?.isClosed !== true ? Math.min(10 * 2 ** (times - 1), longestRetryMs) : null,
    };
    link = new Link(new Redis(url, settings), what, options);
    try {
      await link.redis.connect();
      await link.#preparing;
    } catch {
      // The client says no more than that the connection was closed; why, it told the error listener.
    }
    if (!link.#up) {
      link.close();
      throw translateConnect(link.#lastError, what);
    }
    isOpen = true;
    return link;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get isUp(): boolean {
    return this.#up;
  }

  /** Commands of one turn leave in one piece. */
  #cork(): void {
    if (this.#corked) return;
    const { stream } = this.redis;
    this.#corked = true;
    stream.cork();
    queueMicrotask(() => {
      this.#corked = false;
      stream.uncork();
    });
  }

  /** The answer, strings decoded. */
  async call(intent: Intent, command: string, parameters: readonly Argument[]): Promise<unknown> {
    this.#checkUp();
    try {
      return await this.redis.call(command, parameters as Argument[]);
    } catch (error) {
      throw translate(error, this.#what, intent);
    }
  }

  /** The answer, strings as bytes. */
  async callBuffer(intent: Intent, command: string, parameters: readonly Argument[]): Promise<unknown> {
    this.#checkUp();
    try {
      return await this.redis.callBuffer(command, parameters as Argument[]);
    } catch (error) {
      throw translate(error, this.#what, intent);
    }
  }

  run(
    intent: Intent,
    { sha }: Script,
    keys: readonly string[],
    parameters: readonly Argument[],
  ): Promise<unknown> {
    return this.call(intent, 'EVALSHA', [sha, keys.length, ...keys, ...parameters]);
  }

  /** Ends it at once; what is in flight fails. The socket goes even if the other side never answers. */
  close(): void {
    this.#closed = true;
    this.#up = false;
    this.redis.disconnect();
    this.redis.stream?.destroy();
  }

  #checkUp(): void {
    if (!this.#up) throw new TestbedError('UNAVAILABLE', `${this.#what}: not connected`);
    this.#cork();
  }

  async #prepare(): Promise<void> {
    try {
      // The client goes on in database 0 when it is refused another.
      const { db = 0 } = this.redis.options;
      if (db !== 0) await this.redis.select(db);
      await Promise.all(this.#scripts.map(({ lua }) => this.redis.call('SCRIPT', 'LOAD', lua)));
      await this.#prepareMore?.(this.redis);
    } catch (error) {
      this.#lastError = error;
      return;
    }
    if (this.#closed) return;
    this.#up = true;
  }
}

/** Host and port of a Redis URL, for people. INVALID_CONFIG when it is none. */
export function describe(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') {
    throw new TestbedError(
      'INVALID_CONFIG',
      'not a Redis URL: redis://[user:password@]host[:port][/database], or rediss:// for TLS',
    );
  }
  if (parsed.search !== '') {
    throw new TestbedError('INVALID_CONFIG', `redis at ${parsed.hostname}: its URL may have no ?options`);
  }
  return `redis at ${parsed.hostname}:${parsed.port || 6379}`;
}
