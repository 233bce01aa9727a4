/** The process that serves a stack: told by IPC what to serve and when to stop; says when it is ready and what went wrong. */
import { systemClock } from '../core/clock.ts';
import { UndoStack } from '../scenarios/run/undo.ts';
import { explain } from './error-text.ts';
import type { FromServe, ServeOrder, ToServe } from './serve/protocol.ts';
import { serveStack } from './serve/serve-stack.ts';

const undo = new UndoStack();
let serving: Promise<void> = Promise.resolve();

function tell(message: FromServe): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

function failed(error: unknown): Promise<void> {
  const { code, text } = explain(error);
  return tell({ kind: 'failed', code, message: text });
}

async function serve(order: ServeOrder): Promise<void> {
  const report = (error: unknown, doing: string): void =>
    void tell({ kind: 'mishap', message: `${doing}: ${explain(error).text}` });
  try {
    await tell({ kind: 'ready', served: await serveStack(order, undo, report) });
  } catch (error) {
    await failed(error);
    await stop();
  }
}

/** In reverse: no new requests, then those under way, then the orchestrator, the stack, its servers. */
async function stop(): Promise<void> {
  for (const problem of await undo.run(systemClock)) await failed(new Error(problem));
  process.disconnect?.();
  process.exit(0);
}

process.on('message', (message: ToServe) => {
  if (message.kind === 'serve') serving = serve(message.order);
  else void serving.then(stop);
});
// Whoever asked for it is gone. Its watchdog ends us in any case; this is for where there is none.
process.on('disconnect', () => void serving.then(stop));
// Asked of this process alone, as by somebody who lists processes: the same as being told by IPC.
process.on('SIGTERM', () => void serving.then(stop));
