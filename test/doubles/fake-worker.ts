import { EventEmitter } from 'node:events';
import type { Process } from '../../scenarios/workers/line.ts';
import type { FromWorker, ToWorker } from '../../scenarios/workers/protocol.ts';

type Call = Extract<ToWorker, { readonly kind: 'call' }>;

/** The process of a worker as its parent sees it: it answers each call as it is told to, now or later, or, with `undefined`, never. */
export class FakeWorker extends EventEmitter implements Process {
  readonly pid: number;
  readonly connected = true;
  readonly asked: string[] = [];
  stopped = 0;
  killed = false;
  readonly #answer: (call: Call) => unknown;

  constructor(pid: number, answer: (call: Call) => unknown) {
    super();
    this.pid = pid;
    this.#answer = answer;
  }

  send(message: ToWorker): boolean {
    if (message.kind === 'stop') {
      this.stopped++;
      return true;
    }
    this.asked.push(message.method);
    const { id } = message;
    queueMicrotask(async () => {
      const value = await this.#answer(message);
      if (value === undefined || this.killed) return;
      this.say(
        value instanceof Error
          ? { kind: 'answer', id, error: { code: null, message: value.message } }
          : { kind: 'answer', id, value },
      );
    });
    return true;
  }

  /** As over IPC: nothing of what is said is shared. */
  say(message: FromWorker): void {
    this.emit('message', structuredClone(message));
  }

  /** It ends by itself. */
  die(signal: NodeJS.Signals): void {
    this.emit('exit', null, signal);
  }

  kill(): boolean {
    this.killed = true;
    this.emit('exit', null, 'SIGKILL');
    return true;
  }
}
