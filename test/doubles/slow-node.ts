/** A node for tests, as a process: in the lives that its order names it cannot reach its bus. */
import type { Call, FromNode, ToNode } from '../../scenarios/node/protocol.ts';

interface Order {
  readonly life: number;
  readonly unreachableIn: readonly number[];
}

const tell = (message: FromNode): void => void process.send?.(message);

process.on('message', (message: ToNode<Order>) => {
  if (message.kind === 'open') {
    const { life, unreachableIn } = message.order;
    if (unreachableIn.includes(life))
      tell({ kind: 'failed', error: { code: 'UNAVAILABLE', message: 'nobody listens' } });
    else tell({ kind: 'open', able: [] });
    return;
  }
  const answers = message.calls.map(({ id }: Call) => ({ id, value: null }));
  tell({ kind: 'work', answers, batches: [], deliveries: [], dropped: 0 });
});
