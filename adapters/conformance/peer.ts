import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Address, Place } from '../adapter.ts';
import type { AdapterModule } from './suite.ts';

export type PeerKind = 'bus' | 'storage';

export interface PeerOrder {
  readonly kind: PeerKind;
  readonly module: AdapterModule;
  readonly place: Place;
  readonly address: Address | undefined;
}

/** What is asked of the other process, and what it answers. */
export interface PeerCall {
  readonly call: number;
  /** `publish`, `subscribe`, `close`; or `agents.insert`, `events.append`, ... */
  readonly method: string;
  readonly parameters: readonly unknown[];
}

export type PeerAnswer =
  | { readonly ready: true }
  | { readonly delivered: readonly Message[] }
  | { readonly call: number; readonly result: unknown }
  | { readonly call: number | null; readonly code: ErrorCode | null; readonly message: string };

/** A second process that has the same adapter open at the same place, and does what it is told. */
export interface Peer {
  /** Resolves when it has the adapter open. */
  readonly ready: Promise<void>;
  /** What its handlers were called with, in that order. */
  readonly delivered: readonly Message[];
  /** Resolves or rejects as the call does over there; never, when the process dies first. */
  call(method: string, ...parameters: readonly unknown[]): Promise<unknown>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const script = fileURLToPath(new URL(`./peer-process${import.meta.url.slice(-3)}`, import.meta.url));

export function startPeer(order: PeerOrder): Peer {
  const child = fork(script, [JSON.stringify(order)], { serialization: 'advanced' });
  const waiting = new Map<number, Waiting>();
  const delivered: Message[] = [];
  let calls = 0;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<void>((resolve, reject) => {
    gone.then(() => reject(new Error('the second process ended before it was ready')));
    child.on('error', reject);
    child.on('message', (answer: PeerAnswer) => {
      if ('ready' in answer) resolve();
      else if ('delivered' in answer) delivered.push(...answer.delivered);
      else if (answer.call === null) reject(new Error((answer as { message: string }).message));
      else settle(waiting, answer);
    });
  });
  // Whoever waits for it hears of it; nobody else has to.
  ready.catch(() => undefined);

  return {
    ready,
    delivered,
    call(method, ...parameters) {
      const call = ++calls;
      return new Promise((resolve, reject) => {
        waiting.set(call, { resolve, reject });
        child.send({ call, method, parameters } satisfies PeerCall);
      });
    },
    kill() {
      child.kill('SIGKILL');
      return gone;
    },
  };
}

function settle(
  waiting: Map<number, Waiting>,
  answer: Exclude<PeerAnswer, { ready: true } | { delivered: unknown }>,
): void {
  const { resolve, reject } = waiting.get(answer.call as number) as Waiting;
  waiting.delete(answer.call as number);
  if ('result' in answer) resolve(answer.result);
  else if (answer.code === null) reject(new Error(answer.message));
  else reject(new TestbedError(answer.code, answer.message));
}
