/** What one delivery costs to record: ledger and histograms, in batches as they come, one clock reading a batch. */
import hdr from 'hdr-histogram-js';
import { systemClock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { Subscriber } from '../../scenarios/load/subscriber.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import { median } from './figure.ts';

const [producers, subscribers, batches, perBatch, rounds] = [100, 10, 200, 500, 40];

/** Every tenth of a batch was due and sent at its own time, as an open model has it. */
function makeBatches(ledger: Ledger, nowMs: number): AgentEvent[][] {
  return Array.from({ length: batches }, () =>
    Array.from({ length: perBatch }, (_, index): AgentEvent => {
      const producer = index % producers;
      const at = nowMs + Math.floor(index / 50) / 100;
      const sequence = ledger.next(producer);
      return {
        type: 'text_delta',
        key: 'a',
        swarmId: '',
        producer: producer + 1,
        sequence,
        at,
        sentAt: at,
        data: '',
      };
    }),
  );
}

function record(): number {
  const ledger = new Ledger('event', producers);
  const nowMs = systemClock.now();
  const tally = new Tally([{ name: 'steady', fromMs: nowMs - 1, toMs: nowMs + 60_000 }]);
  const all = Array.from({ length: subscribers }, (_, index) => {
    return new Subscriber(ledger.join(`subscriber ${index}`), systemClock, tally, null);
  });
  const events = makeBatches(ledger, nowMs);
  const startedMs = performance.now();
  for (const batch of events) for (const subscriber of all) subscriber.handle(batch);
  const tookMs = performance.now() - startedMs;
  const counted = all.reduce((sum, { row }) => sum + row.distinct, 0);
  if (counted !== batches * perBatch * subscribers) throw new Error(`${counted} deliveries in the ledger`);
  return (tookMs * 1e6) / counted;
}

/** The library that people use, its histogram alone, fed the same number of values. */
function recordElsewhere(): number {
  const histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 1e9,
    numberOfSignificantValueDigits: 3,
  });
  const count = batches * perBatch * subscribers;
  const startedMs = performance.now();
  for (let index = 0; index < count; index++) histogram.recordValue(100 + (index & 1023));
  return ((performance.now() - startedMs) * 1e6) / count;
}

const taken = Array.from({ length: rounds }, () => [record(), recordElsewhere()] as const).slice(rounds / 4);
const ns = median(taken.map(([ours]) => ours));
const peerNs = median(taken.map(([, peer]) => peer));
process.stdout.write(JSON.stringify({ ns, peerNs }));
