import type { RunRecord } from '../../reports/record.ts';
import type { Figure } from './figure.ts';
import { measure, numberOf, play } from './processes.ts';

/** The most that the runner's own path carries on `memory`: published, acknowledged, delivered to 10, counted and timed. */
export async function saturation(): Promise<readonly Figure[]> {
  const { record } = await play('test/bench/saturation.yaml');
  const { eventsPerS } = await measure<{ eventsPerS: number }>('emitter.ts');
  const delivered = numberOf(record, 'events_per_s');
  return [
    {
      name: 'memory: events delivered to all of 10 subscribers',
      ours: delivered,
      peer: eventsPerS,
      peerName: 'bare EventEmitter, 10 trivial listeners',
      unit: '/s',
      target: { of: 'ours', operator: '>=', limit: 2_000_000 },
    },
    {
      name: 'memory: events acknowledged',
      ours: ackedPerS(record),
      peer: null,
      peerName: '',
      unit: '/s',
      target: { of: 'ours', operator: '>=', limit: 2_000_000 },
    },
    {
      name: 'memory: deliveries counted by the handlers themselves',
      ours: deliveriesPerS(record),
      peer: 10 * eventsPerS,
      peerName: 'calls of those listeners',
      unit: '/s',
      target: { of: 'ours', operator: '>=', limit: 20_000_000 },
    },
  ];
}

function measuredS({ phases }: RunRecord): number {
  return phases.reduce((sum, { fromMs, toMs, warmup }) => sum + (warmup ? 0 : (toMs - fromMs) / 1000), 0);
}

/** A sample is taken inside each handler call, once per event that it was called with. */
function deliveriesPerS(record: RunRecord): number {
  const metric = record.metrics['event_delivery_ms'];
  return metric !== undefined && 'count' in metric ? metric.count / measuredS(record) : Number.NaN;
}

function ackedPerS({ series }: RunRecord): number {
  const values = series['acked_per_s']?.values ?? [];
  return values.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0) / values.length;
}
