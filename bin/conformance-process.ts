/**
 * The process in which somebody's adapter runs: what it does to its process, it does not do to the command. Says by
 * IPC that it is alive, and at its end how it ended.
 */
import { type ConformanceOrder, holdToSuites } from './conformance-suites.ts';
import { explain } from './error-text.ts';

export type FromConformance =
  | { readonly kind: 'alive' }
  | { readonly kind: 'done'; readonly exitCode: number }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

const aliveEveryMs = 1000;

function tell(message: FromConformance): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

async function end(message: FromConformance): Promise<void> {
  await tell(message);
  // Whatever the adapter has left running must not keep the command waiting.
  process.exit(0);
}

const fault = (error: unknown): void => {
  const { text } = explain(error);
  void end({ kind: 'failed', code: 'STRAY', message: `an error that nobody caught: ${text}` });
};
process.on('uncaughtException', fault);
process.on('unhandledRejection', fault);
process.on('disconnect', () => process.exit(0));
setInterval(() => void tell({ kind: 'alive' }), aliveEveryMs).unref();

process.once('message', async (order: ConformanceOrder) => {
  try {
    await end({ kind: 'done', exitCode: await holdToSuites(order) });
  } catch (error) {
    const { code, text } = explain(error);
    await end({ kind: 'failed', code, message: text });
  }
});
