import type { Clock } from '../../core/clock.ts';
import { UndoStack } from '../run/undo.ts';
import { type Hosted, NodeHost } from './host.ts';
import type { FromNode, ToNode } from './protocol.ts';
import { writeError } from './written-error.ts';

/**
 * Makes this process a node, which does what its parent asks for by IPC. Asked to end (SIGTERM) it closes what it has in good
 * order; it ends as well when its parent is gone, whatever ended that.
 */
export function serveNode<Order>(
  open: (order: Order, undo: UndoStack) => Promise<Hosted>,
  clock: Clock,
): void {
  const undo = new UndoStack();
  let host: NodeHost | null = null;
  const tell = (message: FromNode): void => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  const begin = async (order: Order): Promise<void> => {
    try {
      host = new NodeHost(await open(order, undo), tell);
      tell({ kind: 'open', able: host.able });
    } catch (error) {
      tell({ kind: 'failed', error: writeError(error) });
    }
  };
  const end = async (): Promise<void> => {
    const failures = await undo.run(clock);
    for (const failure of failures) process.stderr.write(`node: ${failure}\n`);
    process.exit(failures.length === 0 ? 0 : 1);
  };
  process.on('message', (message: ToNode<Order>) => {
    if (message.kind === 'work') host?.take(message);
    else void begin(message.order);
  });
  process.once('SIGTERM', () => void end());
  process.once('disconnect', () => process.exit(0));
}
