import type { Figure } from './figure.ts';
import type { Paced } from './pacer-process.ts';
import { measure } from './processes.ts';
import { Served } from './served.ts';

/** Our own open-model load over HTTP: how late it sends, and what it costs. Throws where not every request was answered. */
export async function pacer(): Promise<readonly Figure[]> {
  const gateway = await Served.start('gateway');
  try {
    const { requests, failed, lateP99Ms, cpuPct } = await measure<Paced>(
      'pacer-process.ts',
      `${gateway.port}`,
    );
    if (failed > 0) throw new Error(`${failed} of ${requests} requests failed`);
    const of = (name: string, ours: number, unit: string, limit: number): Figure => ({
      name: `open-model load over HTTP at 5,000 requests/s: ${name}`,
      ours,
      peer: null,
      peerName: '',
      unit,
      target: { of: 'ours', operator: '<=', limit },
    });
    return [of('sent after it was due, p99', lateP99Ms, 'ms', 1), of('CPU', cpuPct, '% of a core', 50)];
  } finally {
    gateway.end();
  }
}
