import type { AgentEvent } from '../../core/event.ts';
import type { Message } from '../../core/message.ts';
import { createRandom } from '../../core/random.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import { playLoad } from '../../scenarios/load/generator.ts';
import { planLoad } from '../../scenarios/load/plan.ts';
import { Population } from '../../scenarios/load/population.ts';
import { Publisher } from '../../scenarios/load/publisher.ts';
import { Readers } from '../../scenarios/load/readers.ts';
import { Requests } from '../../scenarios/load/requests.ts';
import { Subscriber } from '../../scenarios/load/subscriber.ts';
import { Tally } from '../../scenarios/measure/tally.ts';
import type { Workload } from '../../scenarios/scenario.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';
import { FakeClock } from './fake-clock.ts';
import { SmallSystem } from './small-system.ts';
import { workloadOf } from './workload.ts';

/** Everything that plays load, on a small system, in virtual time. */
export async function loadRig(
  parts: Partial<Workload>,
  options: {
    readonly tookMs?: number;
    readonly seed?: number;
    /** What the system can be asked for. */
    readonly looks?: (clock: FakeClock) => Pick<SystemUnderTest, 'get' | 'list' | 'count' | 'history'>;
  } = {},
) {
  const { tookMs = 0, seed = 1, looks } = options;
  const clock = new FakeClock();
  const sut: SmallSystem & SystemUnderTest = Object.assign(new SmallSystem(clock, tookMs), looks?.(clock));
  const workload = workloadOf(parts);
  const random = createRandom(seed);
  const payloads = ['a', 'b', 'c'];
  const plan = planLoad(workload, workload.phases, random, payloads.length);
  const eventLedger = new Ledger('event', workload.agents);
  const messageLedger = new Ledger('message', workload.agents);
  const messageRow = messageLedger.join('agents');
  const stop = new AbortController();
  const beats: number[] = [];
  const requests = new Requests(clock, workload.deadlineMs);
  const firstTally = new Tally([]);
  const population = new Population({
    sut,
    workload,
    clock,
    requests,
    fates: random.fork('fates'),
    eventLedger,
    messageLedger,
    messageRow,
    tally: firstTally,
    received: (messages) => {
      for (const { producer, sequence } of messages) messageRow.mark(producer - 1, sequence);
    },
    acknowledged: () => {},
  });
  await population.renew('agent', clock.now(), 0, random.fork('population'));
  population.advance(clock.now());
  await clock.advance(3 * tookMs + 1);

  const startMs = clock.now();
  const tally = new Tally([{ name: 'all', fromMs: startMs, toMs: startMs + plan.totalMs }]);
  population.tally = tally;
  const readers = new Readers({ sut, workload, clock, requests, tally });
  const subscriber = new Subscriber(eventLedger.join('subscriber'), clock, tally, null);
  await sut.events.subscribe({}, subscriber.handle);
  const publisher = <M extends Message>(
    publish: (messages: readonly M[]) => Promise<void>,
    ledger: Ledger,
    acked: 'eventsAcked' | 'messagesAcked',
  ): Publisher<M> =>
    new Publisher<M>({
      publish,
      ledger,
      clock,
      deadlineMs: workload.deadlineMs,
      report: {
        acked: (messages) => {
          tally.counts[acked] += messages.length;
        },
        refused: (messages, why) => tally.failed(why, clock.now(), messages.length),
        unknown: (messages) => {
          tally.counts.unknown += messages.length;
        },
      },
    });
  const events = publisher<AgentEvent>((batch) => sut.events.publish(batch), eventLedger, 'eventsAcked');
  const messages = publisher<Message>((batch) => sut.messages.publish(batch), messageLedger, 'messagesAcked');
  const play = (): Promise<void> =>
    playLoad(
      {
        workload,
        plan,
        payloads,
        clock,
        population,
        events,
        messages,
        readers,
        eventLedger,
        messageLedger,
        tally,
        signal: stop.signal,
        beat: (elapsedMs) => beats.push(elapsedMs),
      },
      startMs,
    );
  return {
    clock,
    startMs,
    sut,
    plan,
    tally,
    eventLedger,
    messageLedger,
    messageRow,
    subscriber,
    population,
    readers,
    events,
    messages,
    stop,
    beats,
    play,
  };
}
