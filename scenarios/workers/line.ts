import { TestbedError } from '../../core/error.ts';
import { readError } from '../node/written-error.ts';
import type { FromWorker, Look, ToWorker } from './protocol.ts';

/** A process that talks by IPC, as far as it has to be known. */
export interface Process {
  readonly pid?: number | undefined;
  readonly connected: boolean;
  send(message: ToWorker, sent: () => void): boolean;
  on(event: 'exit', ended: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
  on(event: 'error', failed: (error: Error) => void): unknown;
  on(event: 'message', heard: (message: FromWorker) => void): unknown;
  kill(signal: NodeJS.Signals): boolean;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** How one worker is asked for things, and heard of. */
export class WorkerLine {
  readonly pid: number;
  readonly #child: Process;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #lost: Error | null = null;
  #isClosing = false;
  /** How often it was listened for since it said something last. */
  silent = 0;

  /** `look` is given how it looks while it plays; `ended`, how its process ended, unless it was asked to. */
  constructor(child: Process, heard: { look(look: Look): void; ended(how: string): void }) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    const end = (how: string): void => {
      if (!this.#isClosing && this.#lost === null) heard.ended(how);
    };
    child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    child.on('error', (error) => end(error.message));
    child.on('message', (message: FromWorker) => {
      this.silent = 0;
      if (message.kind === 'look') heard.look(message.look);
      else if (message.kind === 'answer') this.#settle(message);
    });
  }

  /** Rejects with what it was answered, or with what the worker was lost by. */
  call(method: string, ...parameters: readonly unknown[]): Promise<unknown> {
    if (this.#lost !== null) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#tell({ kind: 'call', id, method, parameters });
    });
  }

  stop(all: boolean): void {
    this.#tell({ kind: 'stop', all });
  }

  /** Nothing more is to be had of it: whoever waits is told why. */
  lose(why: Error): void {
    this.#lost ??= why;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(why);
  }

  /** Its process ends. */
  kill(): void {
    this.#isClosing = true;
    this.#child.kill('SIGKILL');
    this.lose(new TestbedError('CLOSED', 'the worker was ended'));
  }

  #tell(message: ToWorker): void {
    // What cannot be sent has no answer, and whoever waits for it is told when the process has ended.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #settle(answer: Extract<FromWorker, { kind: 'answer' }>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(readError(answer.error));
    else waiting?.resolve(answer.value);
  }
}
