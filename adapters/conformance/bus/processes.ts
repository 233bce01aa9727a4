import type { Message } from '../../../core/message.ts';
import type { BusTraits } from '../../adapter.ts';
import { outliving } from '../durable.ts';
import { expectEqual, expectTrue } from '../expect.ts';
import { type BusTest, channel, disorder, labels, messages, record, settle } from './kit.ts';

const crossProcess = {
  needs: 'data shared between processes',
  applies: (traits: BusTraits) => traits.crossProcess,
  processes: true,
} as const;

function survives(traits: BusTraits): boolean {
  return outliving(traits) !== undefined;
}

export const processTests: readonly BusTest[] = [
  {
    name: 'processes: what one publishes reaches subscribers in the other, both ways',
    meaning: 'Nodes on one stack do not see each other.',
    ...crossProcess,
    async run({ open, peer, place, until }) {
      const shared = place();
      const { port } = await open(shared);
      const other = await peer(shared);
      const here = await record(port);
      await other.call('subscribe', channel, {}, false);
      const sent = messages(40);
      for (let from = 0; from < 40; from += 10) {
        const batch = sent.slice(from, from + 10);
        if (from % 20 === 0) await other.call('publish', channel, batch);
        else await port.publish(channel, batch);
      }
      await until('delivery in both', () => here.seen.length >= 40 && other.delivered.length >= 40);
      expectEqual('here', here.seen, sent);
      expectEqual('there', other.delivered, sent);
      // Each way once more, with nothing else going on that could make the receiver look.
      await port.publish(channel, messages(1, { first: 41 }));
      await until('a single message, there', () => other.delivered.length > 40);
      await other.call('publish', channel, messages(1, { first: 42 }));
      await until('a single message, here', () => here.seen.length > 41);
    },
  },
  {
    name: 'processes: a group spans both, each message once and keys in order',
    meaning: 'With two nodes work is done twice or out of order.',
    needs: 'groups shared between processes',
    applies: (traits) => traits.crossProcess && traits.groups,
    processes: true,
    async run(context) {
      const shared = context.place();
      const { port } = await context.open(shared);
      const other = await context.peer(shared);
      const here = await record(port, { group: 'g' });
      const sent = messages(400, { keys: 40 });
      await other.call('publish', channel, sent.slice(0, 20));
      await context.until('what the other published, here', () => here.seen.length >= 20);
      await other.call('subscribe', channel, { group: 'g' }, false);
      for (let from = 20; from < sent.length; from += 4) {
        const batch = sent.slice(from, from + 4);
        if (from % 40 === 0) await other.call('publish', channel, batch);
        else await port.publish(channel, batch);
      }
      const all = (): Message[] => [...here.seen, ...other.delivered];
      await context.until('delivery', () => all().length >= sent.length);
      await settle(context);
      expectEqual('what the group got', labels(all()).sort(), labels(sent).sort());
      expectEqual('out of order here', disorder(here.seen), []);
      expectEqual('out of order there', disorder(other.delivered), []);
    },
  },
  {
    name: 'processes: what a killed consumer held is delivered again',
    meaning: 'Work in the hands of a node that dies is lost.',
    needs: 'groups shared between processes, and redelivery',
    applies: (traits) => traits.crossProcess && traits.groups && traits.redelivers,
    processes: true,
    async run({ open, peer, place, until }) {
      const shared = place();
      const { port } = await open(shared);
      const other = await peer(shared);
      await other.call('subscribe', channel, { group: 'g' }, true);
      const sent = messages(30, { keys: 3 });
      await port.publish(channel, sent.slice(0, 10));
      await until('the other to hold some', () => other.delivered.length > 0);
      const here = await record(port, { group: 'g' });
      await port.publish(channel, sent.slice(10));
      await other.kill();
      await until('delivery of all', () => here.seen.length >= sent.length);
      expectEqual('what the survivor got', labels(here.seen).sort(), labels(sent).sort());
      expectEqual('out of order within their key', disorder(here.seen), []);
    },
  },
  {
    name: 'restart: what was acknowledged before a SIGKILL is there afterwards',
    meaning: 'A crash of the process loses acknowledged events.',
    needs: 'durability to a process crash, and replay',
    applies: (traits) => survives(traits) && traits.replay !== 'none',
    processes: true,
    async run({ traits, open, peer, place, until, crashServer }) {
      const shared = place(outliving(traits));
      const doomed = await peer(shared);
      const acknowledged: number[] = [];
      const sent = messages(4_000);
      for (let from = 0; from < sent.length; from += 5) {
        const batch = sent.slice(from, from + 5);
        void doomed
          .call('publish', channel, batch)
          .then(() => acknowledged.push(...batch.map((m) => m.sequence)));
      }
      await until('some acknowledgements', () => acknowledged.length > 500);
      await doomed.kill();
      await crashServer(shared);
      const { port } = await open(shared);
      const { seen } = await record(port, { from: 'earliest' });
      const last = Math.max(...acknowledged);
      await until('replay', () => seen.some(({ sequence }) => sequence >= last));
      const held = new Set(seen.map(({ sequence }) => sequence));
      expectEqual(
        'acknowledged and gone',
        acknowledged.filter((sequence) => !held.has(sequence)),
        [],
      );
      expectEqual('out of order within their key', disorder(seen), []);
      const known = new Set(labels(sent));
      expectTrue(
        'something is there that was never sent',
        labels(seen).every((label) => known.has(label)),
      );
    },
  },
  {
    name: 'restart: messages and group positions outlive the connection',
    meaning: 'After a restart everything is handled again, or what came meanwhile never.',
    needs: 'durability to a process crash, replay and consumer groups',
    applies: (traits) => survives(traits) && traits.replay !== 'none' && traits.groups,
    async run(context) {
      const shared = context.place(outliving(context.traits));
      const before = await context.open(shared);
      const first = await record(before.port, { group: 'g' });
      const sent = messages(30);
      await before.port.publish(channel, sent.slice(0, 10));
      await context.until('the first ten', () => first.seen.length >= 10);
      await first.subscription.close();
      await before.port.publish(channel, sent.slice(10, 20));
      await before.close();
      const after = await context.open(shared);
      const second = await record(after.port, { group: 'g' });
      const everything = await record(after.port, { from: 'earliest' });
      await after.port.publish(channel, sent.slice(20));
      await context.until('the rest', () => second.seen.length >= 20 && everything.seen.length >= 30);
      await settle(context);
      expectEqual('the group, after', labels(second.seen), labels(sent.slice(10)));
      expectEqual('from the earliest', labels(everything.seen), labels(sent));
    },
  },
];
