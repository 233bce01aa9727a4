import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Address } from '../../../chaos/link/address.ts';

/** A client's or a server's end of a connection, with all that it has heard. */
export class End {
  readonly socket: Socket;
  readonly #chunks: Buffer[] = [];
  hasEnded = false;
  /** The code of what broke it off; null as long as nothing did. */
  broken: string | null = null;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    socket.on('end', () => {
      this.hasEnded = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.broken = error.code ?? error.message;
    });
  }

  get heard(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.heard.toString();
  }

  /** Resolves once it has heard so much in all. */
  async hears(bytes: number): Promise<void> {
    await until(`${bytes} bytes came`, () => this.heard.length >= bytes);
  }
}

/** A server that does nothing by itself: a test speaks for it. */
export class Host {
  readonly ends: End[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.ends.push(new End(socket)));
  }

  static async listen(): Promise<Host> {
    const host = new Host();
    host.#server.listen(0, '127.0.0.1');
    await once(host.#server, 'listening');
    return host;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The end of the connection that came as the `number`th. */
  async end(number = 1): Promise<End> {
    await until(`${number} connections came`, () => this.ends.length >= number);
    return this.ends[number - 1] as End;
  }

  close(): void {
    for (const { socket } of this.ends) socket.destroy();
    this.#server.close();
  }
}

/** Connected, as far as the kernel is concerned. Rejects when it is refused. */
export async function connectTo({ host, port }: Address): Promise<End> {
  const socket = connect({ host, port, allowHalfOpen: true });
  await once(socket, 'connect');
  return new End(socket);
}

/** Waits, as long as a slow machine may need, until `condition` holds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 2500; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  throw new Error(`waited in vain until ${what}`);
}
