import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { NodeTarget } from '../../chaos/target.ts';
import type { Clock } from '../../core/clock.ts';
import { isTestbedError, TestbedError } from '../../core/error.ts';
import { NodeLine } from './line.ts';
import type { FromNode, ToNode } from './protocol.ts';
import { readError } from './written-error.ts';

export interface NodeParts<Order> {
  /** Starts the process, which talks by IPC. */
  readonly fork: () => ChildProcess;
  /** What the node is to be in that life of it; the first is 1. */
  readonly orderFor: (life: number) => Order;
  readonly clock: Clock;
}

/** How long a node may take to be there, and to end in good order, in ms: longer than its connections take to give up. */
const startWithinMs = 30_000;
const againAfterMs = 100;
const endWithinMs = 10_000;
const answersWithinMs = 500;

/** One node, over all its lives: a process that can be ended and started again, and the way to it. */
export class NodeProcess<Order> implements NodeTarget {
  readonly line = new NodeLine();
  readonly #parts: NodeParts<Order>;
  #child: ChildProcess | null = null;
  #able: readonly string[] = [];
  /** Of every life of it, the latest last. */
  readonly pids: number[] = [];

  constructor(parts: NodeParts<Order>) {
    this.#parts = parts;
  }

  /** Of the life that it has or had last; 0 before the first. */
  get pid(): number {
    return this.pids.at(-1) ?? 0;
  }

  /** What of that which a system need not have its own has. */
  get able(): readonly string[] {
    return this.#able;
  }

  /**
   * Resolves once it can be asked for anything; at once when it runs. UNAVAILABLE when it does not come up. Once it has lived
   * it is begun again, as whoever watches over processes does, while its bus or its storage cannot be reached.
   */
  async start(): Promise<void> {
    const { clock } = this.#parts;
    const byMs = clock.now() + startWithinMs;
    while (this.#child === null) {
      try {
        await this.#begin();
      } catch (error) {
        const hasLived = this.pids.length > 1;
        if (!hasLived || !isTestbedError(error, 'UNAVAILABLE', 'TIMEOUT') || clock.now() >= byMs) throw error;
        await clock.sleep(againAfterMs);
      }
    }
  }

  async #begin(): Promise<void> {
    const { fork, orderFor, clock } = this.#parts;
    const child = fork();
    this.#child = child;
    this.pids.push(child.pid ?? 0);
    child.once('exit', (code, signal) => this.#ended(child, signal ?? `exit code ${code}`));
    child.on('error', (error) => this.#ended(child, error.message));
    const cancel = clock.after(startWithinMs, () => child.kill('SIGKILL'));
    try {
      this.#able = await openingOf(child, { kind: 'open', order: orderFor(this.pids.length) });
      child.on('message', (message: FromNode) => {
        if (message.kind === 'work') this.line.take(message);
      });
      await this.line.connect((work) => child.send(work, ignoreWhoHasEnded));
    } catch (error) {
      await this.#end('SIGKILL');
      throw error;
    } finally {
      cancel();
    }
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** An orderly end. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async pause(): Promise<void> {
    this.#child?.kill('SIGSTOP');
  }

  async resume(): Promise<void> {
    this.#child?.kill('SIGCONT');
  }

  /** Whether it answers, as it answers its clients. */
  answers(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cancel = this.#parts.clock.after(answersWithinMs, () => resolve(false));
    this.line.call('ping').then(
      () => resolve(true),
      () => resolve(false),
    );
    return promise.finally(cancel);
  }

  /** Ends it for good, in whatever state it is. */
  async close(): Promise<void> {
    await this.resume();
    await this.stop();
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const cancel = this.#parts.clock.after(endWithinMs, () => child.kill('SIGKILL'));
    await exited.finally(cancel);
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.line.disconnect(how);
  }
}

/** What it is able to, once it is there. */
function openingOf<Order>(child: ChildProcess, order: ToNode<Order>): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const ended = (how: string): void =>
      reject(new TestbedError('UNAVAILABLE', `the node ended before it was there: ${how}`));
    child.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
    child.once('error', (error) => ended(error.message));
    child.once('message', (message: FromNode) => {
      if (message.kind === 'open') resolve(message.able);
      else if (message.kind === 'failed') reject(readError(message.error));
    });
    child.send(order, ignoreWhoHasEnded);
  });
}

/** What could not be sent has no answer, and whoever waits for it is told when the process has ended. */
function ignoreWhoHasEnded(): void {}
