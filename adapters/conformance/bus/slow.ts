import { isTestbedError } from '../../../core/error.ts';
import { expectEqual, expectTrue } from '../expect.ts';
import { type BusTest, channel, labels, latch, messages, record, recorder } from './kit.ts';

export const slowTests: readonly BusTest[] = [
  {
    name: 'slow handlers: the next call comes only after the last was answered',
    meaning: 'A handler runs over itself, and order means nothing.',
    async run({ open, until, clock }) {
      const { port } = await open();
      let running = 0;
      let most = 0;
      const { seen, handler } = recorder(async () => {
        running++;
        most = Math.max(most, running);
        await clock.sleep(2);
        running--;
      });
      await port.subscribe(channel, {}, handler);
      const sent = messages(60);
      for (let from = 0; from < sent.length; from += 3) {
        await port.publish(channel, sent.slice(from, from + 3));
        if (from % 9 === 0) await clock.sleep(1);
      }
      await until('delivery', () => seen.length >= sent.length);
      expectEqual('handler calls running at one time', most, 1);
      expectEqual('handled', labels(seen), labels(sent));
    },
  },
  {
    name: 'slow handlers: one that is stuck does not keep messages from the others',
    meaning: 'The slowest subscriber sets the pace of all.',
    async run({ open, until }) {
      const { port } = await open();
      const held = latch();
      await port.subscribe(channel, {}, () => held.opened);
      const { seen } = await record(port);
      const sent = messages(200);
      for (let from = 0; from < sent.length; from += 10)
        await port.publish(channel, sent.slice(from, from + 10));
      await until('delivery to the other', () => seen.length >= sent.length);
      expectEqual('what the other got', labels(seen), labels(sent));
      held.open();
    },
  },
  {
    name: 'slow handlers: far behind, a subscriber still gets everything in order',
    meaning: 'A subscriber that falls behind loses events without a word.',
    async run({ open, until, within }) {
      const { port } = await open();
      const held = latch();
      const { seen, handler } = recorder(() => held.opened);
      await port.subscribe(channel, {}, handler);
      const sent = messages(30_000, { keys: 50 });
      const published: Promise<void>[] = [];
      for (let from = 0; from < sent.length; from += 500) {
        published.push(port.publish(channel, sent.slice(from, from + 500)));
      }
      held.open();
      await within('acknowledgement of all', Promise.all(published));
      await until('delivery', () => seen.length >= sent.length);
      expectTrue('what it got differs from what was sent', labels(seen).join() === labels(sent).join());
    },
  },
  {
    name: 'close: a subscription waits for the handler call that is running',
    meaning: 'A handler still works while its owner tears things down.',
    async run({ open, until, within, clock }) {
      const { port } = await open();
      const held = latch();
      let calls = 0;
      const subscription = await port.subscribe(channel, {}, () => {
        calls++;
        return held.opened;
      });
      await port.publish(channel, messages(3));
      await until('a handler call', () => calls > 0);
      let closed = false;
      const closing = subscription.close().then(() => {
        closed = true;
      });
      await clock.sleep(20);
      expectTrue('close resolved while the handler was running', !closed);
      held.open();
      await within('close of the subscription', closing);
      expectEqual('handler calls', calls, 1);
    },
  },
  {
    name: 'close: what was asked for before it is answered as if it had not come',
    meaning: 'A clean stop loses the last events.',
    async run({ open, within }) {
      const { port, close } = await open();
      const names = [channel, 'another', 'a third'];
      const published = names.map((name) => port.publish(name, messages(5)));
      const closing = close();
      const outcomes = await within('an answer to every publish', Promise.allSettled(published));
      await within('close', closing);
      expectEqual(
        'outcomes',
        outcomes.map(({ status }) => status),
        ['fulfilled', 'fulfilled', 'fulfilled'],
      );
    },
  },
  {
    name: 'close: the connection closes while a handler is stuck and publishers wait',
    meaning: 'A stuck handler keeps the process from ending.',
    async run({ open, until, within }) {
      const { port, close } = await open();
      let stuck = false;
      await port.subscribe(channel, {}, () => {
        stuck = true;
        return new Promise(() => {});
      });
      const batch = messages(1_000);
      const published = Array.from({ length: 40 }, () => port.publish(channel, batch));
      const outcomes = Promise.allSettled(published);
      await until('a handler call', () => stuck);
      await within('close of the connection', close());
      for (const outcome of await within('an answer to every publish', outcomes)) {
        if (outcome.status === 'fulfilled') continue;
        expectTrue(
          `a publish was rejected with ${outcome.reason} rather than CLOSED`,
          isTestbedError(outcome.reason, 'CLOSED'),
        );
      }
    },
  },
];
