/**
 * The scripts of the bus one call at a time: what a member is given when an answer was lost, and what keeps entries
 * from being cut.
 */
import { Redis } from 'ioredis';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pack } from '../../adapters/redis/pack.ts';
import type { Script } from '../../adapters/redis/script.ts';
import { channelNames, groupNames } from '../../adapters/redis/streams/names.ts';
import {
  append,
  attend,
  depart,
  enter,
  join,
  leave,
  stay,
  sweep,
  take,
} from '../../adapters/redis/streams/scripts/index.ts';
import { slotOf } from '../../adapters/redis/streams/slot.ts';
import { systemClock } from '../../core/clock.ts';
import type { Message } from '../../core/message.ts';
import { freshPlace, message, startRedis, testsOn } from './redis-kit.ts';

const server = await startRedis('none');
const onServer = testsOn(server, test);
const client = server === null ? null : new Redis(server.address.url, { protocol: 2 });
test.after(() => client?.disconnect());

/** A channel of its own, and its scripts as functions. */
function bench(leaseMs = 60_000) {
  const names = channelNames(freshPlace('none').namespace, 'events');
  const group = groupNames(names, 'g');
  const run = (
    script: Script,
    keys: readonly string[],
    parameters: readonly (string | number)[],
  ): Promise<unknown> => (client as Redis).call('EVAL', script.lua, keys.length, ...keys, ...parameters);
  return {
    names,
    append: (messages: readonly Message[]) =>
      run(
        append,
        [names.newest, names.stream],
        [messages.length, pack(messages), messages.map(({ key }) => slotOf(key)).join('')],
      ),
    enter: (reader: string, position = '') =>
      run(enter, [names.newest, names.stream, names.readers, names.read], [reader, leaseMs, position]),
    attend: (reader: string, position: string) =>
      run(attend, [names.readers, names.read], [reader, leaseMs, position]),
    depart: (reader: string) => run(depart, [names.readers, names.read], [reader]),
    sweep: (window: number, buffer: number) =>
      run(
        sweep,
        [names.newest, names.stream, names.marks, names.readers, names.read, names.groups],
        [window, buffer, names.groupPrefix],
      ) as Promise<[behind: number, givenUp: number]>,
    join: (member: string, position = '') =>
      run(
        join,
        [names.newest, names.stream, names.groups, group.position, group.members],
        [group.group, position, member, leaseMs],
      ),
    stay: (member: string) => run(stay, [group.members], [member, leaseMs]),
    leave: (member: string, handled = 0) =>
      run(leave, [names.stream, group.members, group.claims, group.parked, group.lost], [member, handled]),
    /** Which messages the member is given, as `key:sequence` by the packs' own contents. */
    async take(member: string, number: number, handled = 0) {
      const keys = [
        names.stream,
        names.newest,
        group.position,
        group.members,
        group.claims,
        group.parked,
        names.groups,
        group.lost,
      ];
      const [missed, , isStalled, , slots = [], packs = []] = (await run(take, keys, [
        member,
        leaseMs,
        handled,
        number,
        group.group,
      ])) as [number, string, number, string?, string[]?, string[]?];
      return {
        missed,
        isStalled,
        slots: slots.filter((_, index) => index % 2 === 0).sort(),
        entries: packs.length / 2,
      };
    },
    entries: () => (client as Redis).xlen(names.stream),
    newest: () => (client as Redis).get(names.newest),
  };
}

onServer('a claim whose answer was lost is given again, one that was handled is not', async () => {
  const on = bench();
  await on.join('a');
  await on.append([message(1)]);
  await on.append([message(2)]);
  assert.is((await on.take('a', 1)).entries, 2);
  // The member never heard of claim 1: it says again that it has handled nothing.
  assert.is((await on.take('a', 2)).entries, 2);
  await on.append([message(3)]);
  // It handled claim 2, and does not hear of claim 3.
  assert.is((await on.take('a', 3, 2)).entries, 1);
  assert.is((await on.take('a', 4, 2)).entries, 1);
  assert.is((await on.take('a', 5, 4)).entries, 0);
});

onServer('members are not given what another holds, and what is parked comes first', async () => {
  const on = bench();
  await on.join('a');
  await on.join('b');
  await on.append([message(1, 'x')]);
  assert.equal((await on.take('a', 1)).slots, [slotOf('x')]);
  await on.append([message(2, 'x'), message(3, 'y')]);
  assert.equal((await on.take('b', 1)).slots, [slotOf('y')]);
  assert.is((await on.take('b', 2, 1)).entries, 0, 'x is still held');
  await on.append([message(4, 'y')]);
  assert.equal((await on.take('a', 2, 1)).slots, [slotOf('x')], 'what waited before what is new');
  assert.equal((await on.take('b', 3)).slots, [slotOf('y')]);
});

onServer('what a member that leaves has handled is done, what it has not is for the next', async () => {
  const on = bench();
  await on.join('a');
  await on.append([message(1)]);
  await on.take('a', 1);
  await on.leave('a', 1);
  await on.append([message(2)]);
  await on.join('b');
  assert.is((await on.take('b', 1)).entries, 1);
  await on.leave('b');
  await on.join('c');
  assert.is((await on.take('c', 1)).entries, 1);
});

onServer('a member is alive while it says so, and no longer', async () => {
  const on = bench(150);
  await on.join('a');
  await on.join('b');
  await on.append([message(1)]);
  assert.is((await on.take('a', 1)).entries, 1);
  for (let time = 0; time < 5; time++) {
    await systemClock.sleep(60);
    await on.stay('a');
    assert.is((await on.take('b', 1)).entries, 0);
  }
  await systemClock.sleep(200);
  assert.is((await on.take('b', 2)).entries, 1);
});

onServer('reading stops, and says so, when too much waits behind busy keys', async () => {
  const on = bench();
  await on.join('a');
  await on.join('b');
  await on.append([message(1, 'x')]);
  assert.is((await on.take('a', 1)).entries, 1);
  for (let entry = 0; entry < 30; entry++) {
    await on.append(Array.from({ length: 500 }, (_, index) => message(2 + entry * 500 + index, 'x')));
  }
  assert.equal(await on.take('b', 1), { missed: 0, isStalled: 1, slots: [], entries: 0 });
  let given = (await on.take('a', 2, 1)).entries;
  for (let number = 3, more = given; more > 0; number++) {
    more = (await on.take('a', number, number - 1)).entries;
    given += more;
  }
  assert.is(given, 30);
});

onServer('nothing is cut that a subscription that lives has yet to read', async () => {
  const on = bench(150);
  await on.enter('reader');
  const positions: string[] = [];
  for (let sequence = 1; sequence <= 10; sequence++) {
    await on.append([message(sequence)]);
    positions.push((await on.newest()) as string);
    assert.is((await on.sweep(0, 100))[0], sequence);
  }
  assert.is(await on.entries(), 10);
  await on.attend('reader', positions[5] as string);
  assert.is((await on.sweep(0, 100))[0], 4);
  assert.is(await on.entries(), 5, 'up to what it has read');
  await systemClock.sleep(200);
  assert.equal(await on.sweep(0, 100), [0, 0], 'its lease is over');
  assert.is(await on.entries(), 1);
});

onServer('a subscription that departs holds nothing back', async () => {
  const on = bench();
  await on.enter('reader');
  for (let sequence = 1; sequence <= 10; sequence++) {
    await on.append([message(sequence)]);
    await on.sweep(0, 100);
  }
  await on.depart('reader');
  assert.equal(await on.sweep(0, 100), [0, 0]);
  assert.is(await on.entries(), 1);
});

onServer('a group holds back what it was given and has not acknowledged', async () => {
  const on = bench();
  await on.join('a');
  for (let sequence = 1; sequence <= 10; sequence++) {
    await on.append([message(sequence)]);
    await on.sweep(0, 100);
  }
  assert.is((await on.take('a', 1)).entries, 10);
  assert.is((await on.sweep(0, 100))[0], 10);
  assert.is(await on.entries(), 10);
  await on.take('a', 2, 1);
  assert.is((await on.sweep(0, 100))[0], 0);
  assert.is(await on.entries(), 1);
});

onServer('a group without members is given up when it is further behind than the buffer', async () => {
  const on = bench();
  await on.join('a');
  await on.leave('a');
  for (let sequence = 1; sequence <= 10; sequence++) {
    await on.append([message(sequence)]);
    assert.equal(await on.sweep(0, 10), [0, 0]);
  }
  assert.is(await on.entries(), 10);
  await on.append([message(11)]);
  assert.equal(await on.sweep(0, 10), [0, 1]);
  assert.is(await on.entries(), 1);
});

onServer(
  'what was cut by somebody else is counted: before it was given, and after, when its member is gone',
  async () => {
    const on = bench();
    const cut = (to: number) => (client as Redis).xtrim(on.names.stream, 'MAXLEN', to);
    await on.join('a');
    for (let sequence = 1; sequence <= 10; sequence++) await on.append([message(sequence)]);
    await cut(4);
    assert.equal(await on.take('a', 1), { missed: 6, isStalled: 0, slots: [], entries: 4 });
    await cut(0);
    assert.is((await on.take('a', 2)).missed, 4);
    for (let sequence = 11; sequence <= 15; sequence++) await on.append([message(sequence)]);
    await cut(0);
    assert.is((await on.take('a', 3)).missed, 5);
    for (let sequence = 16; sequence <= 20; sequence++) await on.append([message(sequence)]);
    assert.is((await on.take('a', 4)).entries, 5);
    await cut(3);
    const again = await on.take('a', 5);
    assert.equal([again.missed, again.entries], [2, 3]);
    await on.append([message(21)]);
    assert.equal(await on.take('a', 6, 5), { missed: 0, isStalled: 0, slots: [], entries: 1 });
  },
);

onServer('the window is kept though everybody has read it', async () => {
  const on = bench();
  for (let sequence = 1; sequence <= 50; sequence++) {
    await on.append([message(sequence)]);
    await on.sweep(20, 100);
  }
  assert.is(await on.entries(), 21);
});

test.run();
