import { type Clock, clockFrom } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import { writeError } from '../node/written-error.ts';
import { UndoStack } from '../run/undo.ts';
import { type Hosted, WorkerHost } from './host.ts';
import { aliveEveryMs, type FromWorker, type ToWorker, type WorkerOrder } from './protocol.ts';

type Method = (...parameters: readonly never[]) => unknown;

/** Opens a worker's part of the load; what it opens it pushes onto `undo`. */
export type OpenWorker = (
  order: WorkerOrder,
  clock: Clock,
  undo: UndoStack,
  interrupted: AbortSignal,
) => Promise<Omit<Hosted, 'clock' | 'interrupted' | 'close'>>;

/** Makes this process a worker, which does what its parent asks for by IPC, and ends when its parent is gone, whatever ended that. */
export function serveWorker(open: OpenWorker): void {
  const undo = new UndoStack();
  const interrupt = new AbortController();
  let host: WorkerHost | null = null;
  const tell = (message: FromWorker): void => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  const begin = async (order: WorkerOrder): Promise<number> => {
    const clock = clockFrom(order.clockOriginMs);
    const opened = await open(order, clock, undo, interrupt.signal);
    const close = async (): Promise<void> => {
      const failures = await undo.run(clock);
      if (failures.length > 0) throw new TestbedError('UNAVAILABLE', failures.join('; '));
    };
    const hosted = { ...opened, clock, interrupted: interrupt.signal, close };
    host = new WorkerHost(hosted, (look) => tell({ kind: 'look', look }));
    return process.pid;
  };
  const act = async (method: string, parameters: readonly unknown[]): Promise<unknown> => {
    if (method === 'open') return begin(parameters[0] as WorkerOrder);
    if (host === null)
      throw new TestbedError('UNAVAILABLE', `a worker was asked for ${method} and not opened`);
    const methods = host as unknown as { readonly [method: string]: Method };
    return methods[method]?.(...(parameters as readonly never[]));
  };
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') {
      host?.stop();
      if (message.all) interrupt.abort();
      return;
    }
    const { id, method, parameters } = message;
    act(method, parameters).then(
      (value) => tell({ kind: 'answer', id, value }),
      (error: unknown) => tell({ kind: 'answer', id, error: writeError(error) }),
    );
  });
  setInterval(() => tell({ kind: 'alive' }), aliveEveryMs);
  process.once('disconnect', () => process.exit(0));
}
