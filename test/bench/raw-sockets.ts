import { connect, type Socket } from 'node:net';

/** The payload as a client's text frame; a mask of zeros changes nothing. */
function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  if (payload.length > 125) throw new Error('longer than a short frame');
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

/** WebSockets that count bytes and read nothing: so that whoever sends to them is what is measured. */
export class RawSockets {
  readonly #sockets: Socket[] = [];
  #bytes = 0;
  #awaited: { readonly bytes: number; readonly reached: () => void } | null = null;

  /** Opens so many, each with what it says first (nothing when null); resolves once each has an answer to all of it. */
  async open(port: number, count: number, says: string | null): Promise<void> {
    for (let opened = 0; opened < count; opened += 100) {
      const some = Array.from({ length: Math.min(100, count - opened) }, () => this.#open(port, says));
      this.#sockets.push(...(await Promise.all(some)));
    }
  }

  get count(): number {
    return this.#sockets.length;
  }

  /** Resolves when so many bytes have come in, over all of them, from now on. */
  expect(bytes: number): Promise<void> {
    this.#bytes = 0;
    return new Promise((reached) => {
      this.#awaited = { bytes, reached };
    });
  }

  close(): void {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }

  #open(port: number, says: string | null): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', reject);
      socket.write(
        `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
      );
      let answers = says === null ? 1 : 2;
      socket.on('data', (chunk: Buffer) => {
        if (answers === 0) this.#count(chunk.length);
        else {
          answers--;
          if (says !== null && answers === 1) socket.write(clientFrame(says));
          if (answers === 0) resolve(socket);
        }
      });
    });
  }

  #count(length: number): void {
    this.#bytes += length;
    if (this.#awaited === null || this.#bytes < this.#awaited.bytes) return;
    this.#awaited.reached();
    this.#awaited = null;
  }
}
