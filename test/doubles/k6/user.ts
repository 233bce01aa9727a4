import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Output } from './output.ts';

export interface UserData {
  readonly script: string;
  readonly variables: { readonly [name: string]: string };
  readonly id: number;
}

export interface Iteration {
  readonly exec: string;
  readonly scenario: string;
  readonly iteration: number;
  readonly startTime: number;
  /** What setup has returned. */
  readonly data: unknown;
}

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: string | null;
  readonly headers: { readonly [name: string]: string };
  readonly tags: { readonly [name: string]: string };
  readonly timeoutMs: number;
}

/** What a user tells its engine. */
export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly value: unknown; readonly error?: string }
  | {
      readonly kind: 'sample';
      readonly name: string;
      readonly value: number;
      readonly tags: { readonly [name: string]: string };
    }
  | { readonly kind: 'ask'; readonly asked: Asked };

const answerBytes = 1024;

/**
 * A virtual user: a thread of its own, in which a request is one call that takes its time, as it is in k6. The request
 * itself is made here; the thread sleeps meanwhile.
 */
export class User {
  readonly #worker: Worker;
  readonly #output: Output;
  readonly #answer = new SharedArrayBuffer(8 + answerBytes);
  readonly ready: Promise<unknown>;
  #scenario = '';
  #done = Promise.withResolvers<unknown>();

  constructor(data: UserData, output: Output) {
    this.#output = output;
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: { ...data, answer: this.#answer },
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = Promise.race([
      promise,
      once(this.#worker, 'error').then(([error]) => Promise.reject(error)),
    ]);
    this.#worker.on('message', (told: Told) => {
      if (told.kind === 'ready') resolve();
      else if (told.kind === 'done') this.#done.resolve(told.value);
      else if (told.kind === 'ask') void this.#make(told.asked);
      else output.add(told.name, 'trend', told.value, Date.now(), { ...told.tags, scenario: this.#scenario });
    });
  }

  async run(iteration: Iteration): Promise<unknown> {
    this.#scenario = iteration.scenario;
    this.#done = Promise.withResolvers();
    this.#worker.postMessage(iteration);
    return this.#done.promise;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  async #make({ method, url, body, headers, tags, timeoutMs }: Asked): Promise<void> {
    const from = performance.now();
    let [status, code] = [0, 0];
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await fetch(url, { method, headers, signal, ...(body !== null && { body }) });
      status = answer.status;
      await answer.arrayBuffer();
      if (status >= 400) code = 1000 + status;
    } catch (error) {
      code = codeOf(error);
    }
    const tookMs = performance.now() - from;
    const all = {
      ...tags,
      scenario: this.#scenario,
      error_code: code === 0 ? '' : String(code),
      status: String(status),
    };
    const written = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    this.#output.request(tookMs, Date.now(), written);
    this.#answerWith({
      status,
      error_code: code,
      timings: { duration: tookMs },
    });
  }

  #answerWith(answer: object): void {
    const bytes = Buffer.from(JSON.stringify(answer));
    const state = new Int32Array(this.#answer, 0, 2);
    new Uint8Array(this.#answer, 8).set(bytes);
    Atomics.store(state, 1, bytes.length);
    Atomics.store(state, 0, 1);
    Atomics.notify(state, 0);
  }
}

/** As k6 numbers what went wrong. */
function codeOf(error: unknown): number {
  if ((error as Error).name === 'TimeoutError') return 1050;
  const { code } = ((error as Error).cause ?? {}) as { readonly code?: string };
  if (code === 'ECONNREFUSED') return 1212;
  return code === 'ECONNRESET' ? 1220 : 1000;
}
