/**
 * Prints what the instruments themselves cost, for docs/measuring.md: `node test/docs/own-cost.ts`.
 * Time is the best of several rounds: what is asked for is what the code takes, not what else the machine did.
 */
import { systemClock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { Subscriber } from '../../scenarios/load/subscriber.ts';
import { Tally } from '../../scenarios/measure/tally.ts';

const batches = 20_000;
const batchSize = 100;
const rounds = 7;

/** Nanoseconds for one delivery through subscriber, ledger row and both histograms, in batches of one sender's turn. */
function recordingNs(): number {
  const ledger = new Ledger('event', batchSize);
  const fromMs = systemClock.now();
  const tally = new Tally([{ name: 'all', fromMs, toMs: fromMs + 1 }]);
  const subscriber = new Subscriber(ledger.join('subscriber'), systemClock, tally, null);
  let bestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    let tookMs = 0;
    for (let batch = 0; batch < batches; batch++) {
      const sentAt = systemClock.now();
      const events = Array.from({ length: batchSize }, (_, producer): AgentEvent => {
        const sequence = ledger.next(producer);
        return {
          type: 'turn_start',
          key: '',
          swarmId: '',
          producer: producer + 1,
          sequence,
          at: sentAt - producer / batchSize,
          sentAt,
          data: null,
        };
      });
      const beginMs = systemClock.now();
      subscriber.handle(events);
      tookMs += systemClock.now() - beginMs;
    }
    bestMs = Math.min(bestMs, tookMs);
  }
  return (bestMs * 1e6) / (batches * batchSize);
}

process.stdout.write(`recording a delivery, every one due at another time: ${recordingNs().toFixed(0)} ns\n`);
