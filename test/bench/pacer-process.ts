/**
 * Our own open-model load over HTTP, in a process of its own: the real generator, and each event that is due a request of its own on
 * the connections of the driver. (`driver: http` puts publishes that wait for each other into one request, so that their
 * order is kept: how many requests that makes is no matter of the load.) Asks the port that it is given; prints how late
 * requests were sent, and what that cost.
 */
import { systemClock } from '../../core/clock.ts';
import type { AgentEvent } from '../../core/event.ts';
import { HttpCaller } from '../../scenarios/drivers/http-caller.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { playLoad } from '../../scenarios/load/generator.ts';
import { eventsAlone, partsOf } from '../../scenarios/load/self-test.ts';
import { Tally } from '../../scenarios/measure/tally.ts';

export interface Paced {
  readonly requests: number;
  readonly failed: number;
  readonly lateP99Ms: number;
  readonly cpuPct: number;
}

const perS = 5000;
const [warmupMs, measuredMs] = [2000, 10_000];

async function paced(port: number): Promise<Paced> {
  const caller = new HttpCaller(`http://127.0.0.1:${port}`);
  let [requests, failed] = [0, 0];
  const publish = async ([event]: readonly AgentEvent[]): Promise<void> => {
    requests++;
    try {
      await caller.call('publishEvent', {
        body: { type: 'text_delta', agentId: 'agent-1', data: event?.data },
      });
    } catch (error) {
      failed++;
      throw error;
    }
  };
  const play = async (forMs: number): Promise<Tally> => {
    const startMs = systemClock.now();
    const tally = new Tally([{ name: 'events', fromMs: startMs, toMs: startMs + forMs }]);
    const workload = eventsAlone({ perS, forMs, batch: 1, patienceMs: 10_000 });
    const eventLedger = new Ledger('event', 1);
    const given = { workload, payload: 'x'.repeat(100), clock: systemClock, tally, eventLedger, publish };
    await playLoad(partsOf(given), startMs);
    return tally;
  };
  await play(warmupMs);
  [requests, failed] = [0, 0];
  const before = process.cpuUsage();
  const startedMs = systemClock.now();
  const tally = await play(measuredMs);
  const { user, system } = process.cpuUsage(before);
  const cpuPct = (user + system) / 10 / (systemClock.now() - startedMs);
  await caller.close();
  return { requests, failed, lateP99Ms: tally.sendLag.events.total().percentile(99), cpuPct };
}

process.stdout.write(JSON.stringify(await paced(Number(process.argv[2]))));
