import { once } from 'node:events';
import { WebSocket } from 'ws';

/** What a gateway sends over a WebSocket. */
export interface Frame {
  readonly id?: number;
  readonly ok?: boolean;
  readonly result?: { readonly [name: string]: unknown };
  readonly error?: { readonly code: string; readonly message: string };
  readonly subscription?: number;
  readonly offset?: string;
  readonly events?: readonly { readonly key: string; readonly type: string; readonly data: unknown }[];
  readonly messages?: readonly { readonly key: string; readonly data: unknown }[];
  readonly dropped?: number;
}

/** A WebSocket client of the library, as anybody might write one. */
export class Client {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  readonly closed: Promise<number>;
  #asked = 0;
  #changed = Promise.withResolvers<void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)));
      this.#change();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) =>
      socket.on('close', (code) => {
        resolve(code);
        this.#change();
      }),
    );
  }

  static async open(url: string, headers: { readonly [name: string]: string } = {}): Promise<Client> {
    const client = new Client(new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers }));
    await once(client.socket, 'open');
    return client;
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Resolves as soon as `condition` gives something for what has come so far. */
  async until<T>(condition: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = condition();
      if (found !== undefined && found !== false) return found;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('closed before that came');
      await this.#changed.promise;
    }
  }

  ask(frame: object): Promise<Frame> {
    const id = ++this.#asked;
    this.socket.send(JSON.stringify({ id, ...frame }));
    return this.until(() => this.frames.find((answer) => answer.id === id));
  }

  get data(): readonly unknown[] {
    return this.frames.flatMap(({ events = [], messages = [] }) =>
      [...events, ...messages].map(({ data }) => data),
    );
  }

  /** The last offset that it was given. */
  get offset(): string {
    return this.frames.findLast(({ offset }) => offset !== undefined)?.offset ?? '';
  }
}
