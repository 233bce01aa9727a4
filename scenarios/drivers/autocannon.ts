import { messageOf } from '../../core/error.ts';
import type { Callers } from '../load/generator.ts';
import { fire } from './cannon.ts';
import { answeredBy } from './gateway-counts.ts';
import { judgeCounts } from './judge-counts.ts';
import { LaneCounts, PublishingLane, publishing } from './publishing-lane.ts';

/** autocannon publishes, through a gateway, on as many connections as there are callers. */
export function autocannonAt(url: string): Callers {
  return async (parts, startMs) => {
    const { clock, plan, signal, tally, workload } = parts;
    const counts = new LaneCounts();
    try {
      const before = await answeredBy(url, publishing);
      const autocannon = await fire({
        url,
        connections: workload.concurrency,
        timeoutMs: workload.deadlineMs,
        forMs: startMs + plan.totalMs - clock.now(),
        clock,
        signal,
        lane: () => new PublishingLane(parts, counts),
      });
      const gateway = (await answeredBy(url, publishing)) - before;
      tally.doubts.push(...judgeCounts({ ...counts, autocannon, gateway }));
    } catch (error) {
      const detail = `nothing says whether its count is right: ${messageOf(error)}`;
      tally.doubts.push({ verdict: 'INCONCLUSIVE', about: 'autocannon', detail });
    }
  };
}
