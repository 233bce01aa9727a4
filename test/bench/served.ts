import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FromServer, ToServer } from './gateway-server.ts';

/** A server of one of the sides, in a process of its own. */
export class Served {
  readonly #child: ChildProcess;
  port = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(side: 'gateway' | 'hello' | 'ws'): Promise<Served> {
    const child = fork(join(import.meta.dirname, 'gateway-server.ts'), [side], {
      execArgv: ['--expose-gc', '--no-warnings'],
    });
    const served = new Served(child);
    served.port = await served.#answer('port');
    return served;
  }

  async broadcast(count: number): Promise<number> {
    this.#child.send({ broadcast: count } satisfies ToServer);
    return this.#answer('frameBytes');
  }

  async memory(): Promise<number> {
    this.#child.send({ memory: true } satisfies ToServer);
    return this.#answer('bytes');
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  async #answer(name: string): Promise<number> {
    const [message] = (await once(this.#child, 'message')) as [FromServer];
    return (message as unknown as { readonly [name: string]: number })[name] as number;
  }
}
