import type { Figure } from './figure.ts';
import { latencyOf, play } from './processes.ts';

/** What somebody waits for at 1,000 events/s to 10 subscribers, and with 10,000 agents. Whole cells, as anybody plays them. */
export async function latency(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const stack of ['redis', 'postgres']) {
    const cell = (spawnOver: string) =>
      play('test/bench/latency.yaml', { SPAWN_OVER: spawnOver }, ['--stacks', stack]);
    const { record: apart } = await cell('5s');
    const { record: atOnce } = await cell('0s');
    figures.push(
      under(5, `${stack}: delivery, p99`, latencyOf(apart, 'event_delivery_ms', 'p99')),
      under(5, `${stack}: spawn of one agent, avg`, latencyOf(apart, 'spawn_ms', 'avg')),
      under(50, `${stack}: 100 agents spawned at once, the last`, latencyOf(atOnce, 'spawn_ms', 'max')),
    );
  }
  // It passes or there is no figure: every threshold of stress is held.
  const { record: many } = await play('ten-thousand', {}, ['--stacks', 'redis+postgres']);
  const p99 = latencyOf(many, 'event_delivery_ms', 'p99');
  figures.push(under(50, '10,000 agents on redis+postgres: delivery, p99', p99));
  return figures;
}

function under(limit: number, name: string, ours: number): Figure {
  const target = { of: 'ours', operator: '<=', limit } as const;
  return { name: `process-crash, ${name}`, ours, peer: null, peerName: '', unit: 'ms', target };
}
