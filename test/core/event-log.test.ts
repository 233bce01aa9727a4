import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EventLog } from '../../core/delivery/event-log.ts';
import type { AgentEvent } from '../../core/event.ts';
import { codeOf, event, events } from './stand.ts';

function readAll(log: EventLog, limit: number, where?: (event: AgentEvent) => boolean): AgentEvent[][] {
  const pages: AgentEvent[][] = [];
  let after: string | undefined;
  do {
    const page = log.read(after === undefined ? { limit } : { limit, after }, where);
    pages.push([...page.items]);
    after = page.next;
  } while (after !== undefined);
  return pages;
}

test('keeps exactly the latest events, whatever the size of batches', () => {
  for (const [limit, batch, count] of [
    [10, 1, 35],
    [10, 3, 36],
    [10, 10, 40],
    [10, 25, 100],
    [0, 5, 20],
  ] as const) {
    const log = new EventLog(limit);
    const all = events(count);
    for (let start = 0; start < count; start += batch) log.append(all.slice(start, start + batch));
    assert.is(log.size, limit, `${limit} of batches of ${batch}`);
    assert.is(log.evicted, count - limit);
    assert.equal(readAll(log, 4).flat(), limit === 0 ? [] : all.slice(-limit));
  }
});

test('unbounded when asked to be, as the seed was', () => {
  const log = new EventLog(null);
  for (let count = 0; count < 500; count++) log.append(events(100));
  assert.is(log.size, 50_000);
  assert.is(log.evicted, 0);
});

test('pages are full but the last, and neither skip nor repeat', () => {
  const log = new EventLog(null);
  const all = events(25);
  log.append(all.slice(0, 7));
  log.append(all.slice(7));
  const pages = readAll(log, 10);
  assert.equal(
    pages.map(({ length }) => length),
    [10, 10, 5],
  );
  assert.equal(pages.flat(), all);
  const exact = readAll(log, 25);
  assert.is(exact.length, 1);
});

test('a page asked for with a condition is full too', () => {
  const log = new EventLog(null);
  const all = Array.from({ length: 30 }, (_, index) => event(index % 3 === 0 ? 'x' : 'y'));
  log.append(all);
  const pages = readAll(log, 4, ({ key }) => key === 'x');
  assert.equal(
    pages.map(({ length }) => length),
    [4, 4, 2],
  );
});

test('says how many events were evicted between two pages', () => {
  const log = new EventLog(10);
  log.append(events(10));
  const first = log.read({ limit: 4 });
  assert.is(first.missed, 0);
  log.append(events(9));
  const second = log.read({ limit: 4, after: first.next as string });
  assert.is(second.missed, 5);
  assert.is(second.items.length, 4);
});

test('refuses a cursor that it never gave', async () => {
  const log = new EventLog(10);
  for (const after of ['x', '-1', '1.5', 'NaN'])
    assert.is(await codeOf(async () => log.read({ limit: 1, after })), 'INVALID_ARGUMENT', after);
});

test('keeps batches by reference and drops whole batches: appending copies no event', () => {
  const log = new EventLog(1000);
  const batch = new Proxy(events(100), {
    get(target, name, receiver) {
      if (typeof name === 'string' && /^\d+$/.test(name)) throw new Error('an event was touched');
      return Reflect.get(target, name, receiver);
    },
  });
  for (let count = 0; count < 50; count++) log.append(batch);
  assert.is(log.size, 1000);
});

test.run();
