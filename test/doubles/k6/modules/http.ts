import { parentPort, workerData } from 'node:worker_threads';
import type { Asked, Told } from '../user.ts';

interface Params {
  readonly headers?: { readonly [name: string]: string };
  readonly tags?: { readonly [name: string]: string };
  readonly timeout?: string;
}

const { answer } = workerData as { readonly answer: SharedArrayBuffer };
const longestMs = 60_000;

/** Asks, and stands still until it is answered. */
function ask(method: string, url: string, body: string | null, params: Params = {}): object {
  const { headers = {}, tags = {}, timeout = '60000ms' } = params;
  const timeoutMs = timeout.endsWith('ms') ? Number(timeout.slice(0, -2)) : longestMs;
  const state = new Int32Array(answer, 0, 2);
  Atomics.store(state, 0, 0);
  const asked: Asked = { method, url, body, headers, tags, timeoutMs };
  const told: Told = { kind: 'ask', asked };
  parentPort?.postMessage(told);
  Atomics.wait(state, 0, 0);
  const length = Atomics.load(state, 1);
  return JSON.parse(Buffer.from(new Uint8Array(answer, 8, length)).toString()) as object;
}

export default {
  get: (url: string, params?: Params): object => ask('GET', url, null, params),
  post: (url: string, body: string, params?: Params): object => ask('POST', url, body, params),
};
