import { fork } from 'node:child_process';
import { type ErrorCode, TestbedError } from '../../core/error.ts';
import { keepOutput, reasonIn } from '../cell-output.ts';
import { entryFile, moduleArgv } from '../own-process.ts';
import { watchedChild } from '../watched-child.ts';
import type { FromServe, Served, ServeOrder, ToServe } from './protocol.ts';

/** A process of ours that serves a stack. It does not outlive us, nor does what it started. */
export interface Serving {
  readonly served: Served;
  /** Resolves when its process has ended: to what it had to say, null when nothing went wrong. Never rejects. */
  readonly ended: Promise<string | null>;
  /** Idempotent. Resolves when its process has ended, its servers with it; after `withinMs` it is ended by force. */
  stop(withinMs: number): Promise<void>;
}

/** Servers take their time to end; what is still there then is not asked any more. */
const endMs = 20_000;

/**
 * Starts a process that serves a stack; resolves once it is ready, and rejects with what it says when it cannot be. An abort
 * ends it. `mishap` is told of errors that no client could be told.
 */
export async function startServing(
  order: ServeOrder,
  signal: AbortSignal,
  mishap: (message: string) => void,
): Promise<Serving> {
  const { child, dismiss } = await watchedChild(order.directory, () =>
    fork(entryFile('serve-process'), [], {
      execArgv: order.stack.modules === undefined ? ['--no-warnings'] : [...moduleArgv],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    }),
  );
  const output = keepOutput(child);
  const { promise: ready, resolve: isReady, reject: isNot } = Promise.withResolvers<Served>();
  let problem: string | null = null;
  let force: NodeJS.Timeout | undefined;
  const ended = new Promise<string | null>((resolve) => {
    child.on('close', async (code, how) => {
      clearTimeout(force);
      signal.removeEventListener('abort', onAbort);
      if (code !== 0) problem ??= `its process ended with ${how ?? `exit code ${code}`}${reasonIn(output())}`;
      isNot(new TestbedError('UNAVAILABLE', problem ?? 'it ended before it was ready'));
      await dismiss();
      resolve(problem);
    });
  });
  const stop = async (withinMs: number): Promise<void> => {
    if (child.connected) child.send({ kind: 'stop' } satisfies ToServe);
    force ??= setTimeout(() => child.kill('SIGKILL'), withinMs + endMs);
    await ended;
  };
  const onAbort = (): void => {
    isNot(new TestbedError('INTERRUPTED', 'interrupted'));
    void stop(order.drainMs);
  };
  child.on('error', (error) => isNot(error));
  child.on('message', (message: FromServe) => {
    if (message.kind === 'ready') isReady(message.served);
    else if (message.kind === 'mishap') mishap(message.message);
    else {
      problem ??= message.message;
      isNot(new TestbedError(message.code as ErrorCode, message.message));
    }
  });
  child.send({ kind: 'serve', order } satisfies ToServe);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return { served: await ready, ended, stop };
  } catch (error) {
    await stop(0);
    throw error;
  }
}
