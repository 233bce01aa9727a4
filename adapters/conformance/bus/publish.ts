import { expectEqual, expectTrue } from '../expect.ts';
import { type BusTest, channel, disorder, labels, message, messages, record, settle } from './kit.ts';

export const publishTests: readonly BusTest[] = [
  {
    name: 'publish: every subscriber gets every message, once and whole',
    meaning: 'Events are lost, doubled or changed on a healthy system.',
    async run({ open, until }) {
      const { port } = await open();
      const subscribers = [await record(port), await record(port), await record(port)];
      const sent = messages(100);
      for (let from = 0; from < sent.length; from += 10)
        await port.publish(channel, sent.slice(from, from + 10));
      for (const { seen } of subscribers) {
        await until('delivery of 100 messages', () => seen.length >= sent.length);
        expectEqual('what a subscriber got', seen, sent);
      }
    },
  },
  {
    name: 'publish: subscribers get nothing of other channels',
    meaning: 'Events and messages, or two runs on one server, mix.',
    async run(context) {
      const { port } = await context.open();
      const here = await record(port);
      const there = await record(port, {}, 'elsewhere');
      await port.publish('elsewhere', messages(5));
      await port.publish(channel, messages(5, { first: 6 }));
      await context.until('delivery', () => here.seen.length >= 5 && there.seen.length >= 5);
      await settle(context);
      expectEqual('the other channel', labels(there.seen), labels(messages(5)));
      expectEqual('this channel', labels(here.seen), labels(messages(5, { first: 6 })));
    },
  },
  {
    name: 'publish: an empty batch is accepted and delivers nothing',
    meaning: 'A batching caller with nothing to send gets an error, or subscribers an empty call.',
    async run({ open, until }) {
      const { port } = await open();
      const sizes: number[] = [];
      await port.subscribe(channel, {}, (batch) => void sizes.push(batch.length));
      await port.publish(channel, []);
      await port.publish(channel, messages(1));
      await until('delivery', () => sizes.length > 0);
      expectEqual('sizes of handler calls', sizes, [1]);
    },
  },
  {
    name: 'publish: no handler runs inside publish',
    meaning: 'A slow handler is charged to the publisher, and a chain of handlers overflows the stack.',
    async run({ open, until }) {
      const { port } = await open();
      let inside = false;
      const ranInside: boolean[] = [];
      await port.subscribe(channel, {}, () => void ranInside.push(inside));
      for (let sequence = 1; sequence <= 3; sequence++) {
        inside = true;
        const published = port.publish(channel, [message('key', sequence)]);
        inside = false;
        await published;
      }
      await until('delivery', () => ranInside.length > 0);
      expectTrue('a handler ran before publish had returned', !ranInside.includes(true));
    },
  },
  {
    name: 'publish: a handler that publishes can go on 5,000 links deep, and others get their turn',
    meaning: 'A long event chain overflows the stack or starves everything else in the process.',
    async run({ open, until }) {
      const { port } = await open();
      let links = 0;
      let linksAtTurn: number | undefined;
      await port.subscribe(channel, {}, (batch) => {
        links += batch.length;
        if (links < 5_000) void port.publish(channel, [message('key', links + 1)]);
      });
      await port.publish(channel, [message('key', 1)]);
      await until('the first link', () => links > 0);
      setImmediate(() => {
        linksAtTurn = links;
      });
      // In steps: what is slow is not what overflows or starves.
      for (let step = 500; step <= 5_000; step += 500) await until(`${step} links`, () => links >= step);
      await until('its turn', () => linksAtTurn !== undefined);
      expectTrue('nothing else ran before the chain was over', (linksAtTurn as number) < 5_000);
    },
  },
  {
    name: 'order: kept within each key, from many publishes in flight',
    meaning: 'An agent seems to complete before it started.',
    needs: 'an order to keep',
    applies: ({ order }) => order !== 'none',
    async run({ open, until }) {
      const { port } = await open();
      const { seen } = await record(port);
      const sent = messages(600, { keys: 7 });
      const published: Promise<void>[] = [];
      for (let from = 0; from < sent.length; from += 10) {
        published.push(port.publish(channel, sent.slice(from, from + 10)));
      }
      await Promise.all(published);
      await until('delivery', () => seen.length >= sent.length);
      expectEqual('out of order within their key', disorder(seen), []);
    },
  },
  {
    name: 'order: the same for every subscriber of a channel',
    meaning: 'Two observers tell different histories.',
    needs: 'order kept over a whole channel',
    applies: ({ order }) => order === 'channel',
    async run({ open, until }) {
      const { port } = await open();
      const [one, two] = [await record(port), await record(port)];
      const sent = messages(300);
      await Promise.all(sent.map((each) => port.publish(channel, [each])));
      await until('delivery', () => one.seen.length >= 300 && two.seen.length >= 300);
      expectEqual('the second subscriber', labels(two.seen), labels(one.seen));
    },
  },
  {
    name: 'subscribe: once it resolves nothing is missed, while publishing goes on',
    meaning: 'A subscriber that joins in mid-run has a hole at its start.',
    async run({ open, until }) {
      const { port } = await open();
      let next = 1;
      let publishing = true;
      const publisher = (async () => {
        while (publishing) {
          await port.publish(channel, [message('key', next++)]);
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      const late = await record(port);
      const owedFrom = next;
      await until('more to be published', () => next > owedFrom + 20);
      publishing = false;
      await publisher;
      const last = next - 1;
      await until('delivery of the last', () => late.seen.at(-1)?.sequence === last);
      const got = new Set(late.seen.map(({ sequence }) => sequence));
      const missing = Array.from({ length: last - owedFrom + 1 }, (_, index) => owedFrom + index);
      expectEqual(
        'published after subscribe had resolved and missing',
        missing.filter((n) => !got.has(n)),
        [],
      );
    },
  },
  {
    name: 'subscribe: by default only what is published from then on',
    meaning: 'A subscriber is flooded with history it did not ask for.',
    async run(context) {
      const { port } = await context.open();
      await port.publish(channel, messages(5));
      const { seen } = await record(port);
      await port.publish(channel, messages(5, { first: 6 }));
      await context.until('delivery', () => seen.length >= 5);
      await settle(context);
      expectEqual('what it got', labels(seen), labels(messages(5, { first: 6 })));
    },
  },
  {
    name: 'subscribe: a closed subscription gets nothing more, the others go on',
    meaning: 'Handlers leak: they run after their owner is gone.',
    async run(context) {
      const { port } = await context.open();
      const [closed, open] = [await record(port), await record(port)];
      await port.publish(channel, messages(5));
      await context.until('delivery', () => closed.seen.length >= 5 && open.seen.length >= 5);
      await closed.subscription.close();
      await closed.subscription.close();
      await port.publish(channel, messages(5, { first: 6 }));
      await context.until('delivery to the other', () => open.seen.length >= 10);
      await settle(context);
      expectEqual('delivered to the closed one', closed.seen.length, 5);
    },
  },
  {
    name: 'channels: 200 at once, each with its own subscriber',
    meaning: 'A topic per agent is not possible.',
    async run({ open, until }) {
      const { port } = await open();
      const names = Array.from({ length: 200 }, (_, index) => `channel.${index}`);
      const recordings = await Promise.all(names.map((name) => record(port, {}, name)));
      await Promise.all(names.map((name, index) => port.publish(name, [message(name, index + 1)])));
      await until('delivery on all', () => recordings.every(({ seen }) => seen.length > 0));
      const got = recordings.map(({ seen }) => labels(seen).join());
      expectEqual(
        'what each got',
        got,
        names.map((name, index) => `${name}:${index + 1}`),
      );
    },
  },
];
