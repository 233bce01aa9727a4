import type { Figure } from './figure.ts';
import { play } from './processes.ts';

/** Our own open-model load over HTTP: how late it sends, and what it costs. */
export async function pacer(): Promise<readonly Figure[]> {
  const { record } = await play('test/bench/gateway.yaml');
  const { sendLagP99Ms = Number.NaN, cpuPct = Number.NaN } = record.generator as {
    readonly sendLagP99Ms?: number;
    readonly cpuPct?: number;
  };
  const of = (name: string, ours: number, unit: string, limit: number): Figure => ({
    name: `driver http: ${name} at 5,000 requests/s`,
    ours,
    peer: null,
    peerName: '',
    unit,
    target: { of: 'ours', operator: '<=', limit },
  });
  return [of('sent after it was due, p99,', sendLagP99Ms, 'ms', 1), of('CPU', cpuPct, '% of a core', 50)];
}
