import type { Clock } from '../../core/clock.ts';
import type { NodeLine } from './line.ts';

const times = 200;

/** What it costs to ask a node for nothing, one call after another, in ms: the median. It is part of every latency of a cell whose node is a process. */
export async function roundTripMs(line: NodeLine, clock: Clock): Promise<number> {
  const took: number[] = [];
  for (let count = 0; count < times; count++) {
    const fromMs = clock.now();
    await line.call('ping');
    took.push(clock.now() - fromMs);
  }
  took.sort((a, b) => a - b);
  return took[times / 2] as number;
}
