import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type BatchHandler, type QueueRules, Subscriber } from '../../core/delivery/subscriber.ts';
import { Turn } from '../../core/delivery/turn.ts';

function subscriber(whenFull: QueueRules['whenFull'], queueLimit: number, handler: BatchHandler<number>) {
  const total = {
    rules: { queueLimit, whenFull },
    turn: new Turn(),
    delivered: 0,
    dropped: 0,
    failures: 0,
    report: () => {},
    left: () => {},
  };
  return { total, one: new Subscriber(total, handler, null) };
}

/** Batches offered in one turn, and what the handler gets to see of them. */
const rows: readonly {
  readonly whenFull: QueueRules['whenFull'];
  readonly limit: number;
  readonly offered: readonly number[][];
  readonly seen: readonly number[][];
  readonly dropped: number;
  /** Which offers are held back. */
  readonly held: readonly boolean[];
}[] = [
  {
    whenFull: 'drop-newest',
    limit: 4,
    offered: [[1, 2, 3], [4, 5, 6], [7]],
    seen: [[1, 2, 3], [4]],
    dropped: 3,
    held: [false, false, false],
  },
  {
    whenFull: 'drop-oldest',
    limit: 4,
    offered: [[1, 2, 3], [4, 5, 6], [7]],
    seen: [[4, 5, 6], [7]],
    dropped: 3,
    held: [false, false, false],
  },
  {
    whenFull: 'drop-oldest',
    limit: 2,
    offered: [[1], [2, 3, 4, 5]],
    seen: [[4, 5]],
    dropped: 3,
    held: [false, false],
  },
  {
    whenFull: 'drop-newest',
    limit: 2,
    offered: [[1, 2, 3, 4, 5]],
    seen: [[1, 2]],
    dropped: 3,
    held: [false],
  },
  {
    whenFull: 'block',
    limit: 4,
    offered: [[1, 2, 3], [4], [5, 6]],
    seen: [[1, 2, 3], [4], [5, 6]],
    dropped: 0,
    held: [false, false, true],
  },
  {
    whenFull: 'block',
    limit: 2,
    offered: [[1, 2, 3, 4, 5]],
    seen: [[1, 2, 3, 4, 5]],
    dropped: 0,
    held: [true],
  },
];

for (const { whenFull, limit, offered, seen, dropped, held } of rows) {
  test(`${whenFull} with room for ${limit}: ${JSON.stringify(offered)}`, async () => {
    const got: number[][] = [];
    const { one, total } = subscriber(whenFull, limit, (batch) => void got.push([...batch]));
    const answers = offered.map((batch) => one.offer(batch));
    assert.equal(
      answers.map((answer) => answer !== undefined),
      held,
    );
    assert.equal(got, [], 'nothing is delivered in the turn of the emitter');
    if (whenFull !== 'block') assert.ok(one.waiting <= limit);
    await turn();
    assert.equal(got, seen);
    assert.is(one.dropped, dropped);
    assert.is(one.delivered, seen.flat().length);
    assert.equal([total.delivered, total.dropped], [one.delivered, dropped]);
    await Promise.all(answers);
  });
}

test('block: held back until there is room, and no longer', async () => {
  const gates: (() => void)[] = [];
  const { one } = subscriber('block', 1, () => new Promise<void>((resolve) => gates.push(resolve)));
  assert.is(one.offer([1]), undefined);
  await turn();
  assert.is(one.offer([2]), undefined, 'the first is in the handler, not in the queue');
  let released = false;
  one.offer([3])?.then(() => {
    released = true;
  });
  await turn();
  assert.is(released, false);
  gates.shift()?.();
  await turn();
  await turn();
  assert.is(released, true);
});

test('a chain in which each handler call causes the next leaves every turn to others too', async () => {
  let calls = 0;
  const { one } = subscriber('block', 10, ([link]) => {
    calls++;
    if (calls < 1000) one.offer([(link as number) + 1]);
  });
  one.offer([0]);
  for (let turns = 1; turns <= 10; turns++) {
    await turn();
    assert.is(calls, turns);
  }
  await one.close();
});

test('an async handler gets the next batch only when it has settled', async () => {
  const log: string[] = [];
  const { one } = subscriber('block', 10, async ([first]) => {
    log.push(`start ${first}`);
    await turn();
    log.push(`end ${first}`);
  });
  one.offer([1]);
  one.offer([2]);
  for (let count = 0; count < 8; count++) await turn();
  assert.equal(log, ['start 1', 'end 1', 'start 2', 'end 2']);
});

test('what throws or rejects is a failure, not a delivery, and the next batch comes all the same', async () => {
  for (const handler of [
    ([first]: readonly number[]) => {
      if (first === 1) throw new Error('no');
    },
    async ([first]: readonly number[]) => {
      await turn();
      if (first === 1) throw new Error('no');
    },
  ]) {
    const { one, total } = subscriber('block', 10, handler);
    one.offer([1, 1]);
    one.offer([2]);
    for (let count = 0; count < 8; count++) await turn();
    assert.equal([one.delivered, one.failures], [1, 2]);
    assert.equal([total.delivered, total.failures], [1, 2]);
  }
});

test('after close has resolved the handler is not called, and whoever was held back goes on', async () => {
  let calls = 0;
  const { one } = subscriber('block', 1, () => void calls++);
  const held = one.offer([1, 2, 3]);
  await one.close();
  await held;
  one.offer([4]);
  await turn();
  await turn();
  assert.is(calls, 0);
  assert.is(one.waiting, 0);
});

test('close waits for the call that is running', async () => {
  let ended = false;
  const { one } = subscriber('block', 10, async () => {
    await turn();
    ended = true;
  });
  one.offer([1]);
  await turn();
  await one.close();
  assert.is(ended, true);
});

test('a handler may close its own subscription', async () => {
  let calls = 0;
  const { one } = subscriber('block', 10, () => {
    calls++;
    void one.close();
  });
  one.offer([1]);
  one.offer([2]);
  await turn();
  await turn();
  assert.is(calls, 1);
});

test.run();
