import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A place on loopback where a program asks when to begin, and waits for the answer: its schedule and ours begin together,
 * however long it took to get ready.
 */
export class StartingGun {
  readonly #server: Server;
  readonly #asked = Promise.withResolvers<void>();
  #waiting: ServerResponse[] = [];
  #fired = false;

  private constructor() {
    this.#server = createServer((_, answer) => {
      this.#waiting.push(answer);
      this.#answer();
      this.#asked.resolve();
    });
  }

  static async open(): Promise<StartingGun> {
    const gun = new StartingGun();
    await new Promise<void>((resolve, reject) => {
      gun.#server.once('error', reject);
      gun.#server.listen(0, '127.0.0.1', resolve);
    });
    return gun;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Resolves when somebody is ready and has asked. */
  get asked(): Promise<void> {
    return this.#asked.promise;
  }

  fire(): void {
    this.#fired = true;
    this.#answer();
  }

  /** Whoever still waits is cut off. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(): void {
    if (!this.#fired) return;
    for (const answer of this.#waiting.splice(0)) answer.writeHead(200).end();
  }
}
