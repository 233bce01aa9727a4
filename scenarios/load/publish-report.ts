import type { Clock } from '../../core/clock.ts';
import type { Message } from '../../core/message.ts';
import type { Tally } from '../measure/tally.ts';
import type { PublisherEvents } from './publisher.ts';

/** Counts in `tally` what becomes of publishes, and how long those of events took where they are ours to time. */
export function countPublishes<M extends Message>(
  kind: 'events' | 'messages',
  tally: Tally,
  clock: Clock,
  isTimed = kind === 'events',
): PublisherEvents<M> {
  const { counts, latencies, windows } = tally;
  const acked = kind === 'events' ? 'eventsAcked' : 'messagesAcked';
  return {
    acked: (batch, tookMs, sentAtMs) => {
      counts[acked] += batch.length;
      if (isTimed) latencies.publish_ms.record(tookMs, sentAtMs);
      windows.add('acked', sentAtMs + tookMs, batch.length);
    },
    refused: (batch, why) => tally.failed(`publish ${kind}: ${why}`, clock.now(), batch.length),
    unknown: (batch) => {
      counts.unknown += batch.length;
    },
  };
}
