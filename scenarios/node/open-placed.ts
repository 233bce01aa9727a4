import type { Clock } from '../../core/clock.ts';
import { openPorts } from '../run/open-ports.ts';
import type { UndoStack } from '../run/undo.ts';
import type { LoadedParts } from './host-stack.ts';
import type { NodeOrder, Placed } from './order.ts';

/**
 * The ports of a stack in a process that did not lay its ground. What a guest keeps on a server is removed by the one that did,
 * unless this one runs `purge`.
 */
export function openPlaced(
  { bus, storage, layers }: Omit<LoadedParts, 'assemble'>,
  order: Pick<NodeOrder, 'bus' | 'storage' | 'hot'>,
  clock: Clock,
  ways: { readonly undo: UndoStack; readonly purge: UndoStack },
): ReturnType<typeof openPorts> {
  const opening = <A>(adapter: A, { place, ...where }: Placed) => ({
    adapter,
    place: { ...place, clock },
    ...where,
  });
  const hot = layers?.hot && order.hot ? opening(layers.hot, order.hot) : null;
  const parts = { bus: opening(bus, order.bus), storage: opening(storage, order.storage), hot };
  return openPorts(parts, clock, ways, layers);
}
