import { parentPort } from 'node:worker_threads';
import type { Told } from '../user.ts';

export class Trend {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  add(value: number, tags: { readonly [name: string]: string } = {}): void {
    const told: Told = { kind: 'sample', name: this.#name, value, tags };
    parentPort?.postMessage(told);
  }
}
