import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Lru } from '../../core/lifecycle/lru.ts';
import { createRandom } from '../../core/random.ts';

test('agrees with a naive list over random use', () => {
  const random = createRandom(3);
  for (const capacity of [1, 2, 7, 40]) {
    const lru = new Lru<number>(capacity);
    /** Least recently used first. */
    let model: [string, number][] = [];
    for (let step = 0; step < 5000; step++) {
      const key = `k${random.integer(0, 60)}`;
      const entry = model.find(([name]) => name === key);
      const draw = random.next();
      if (draw < 0.5) {
        lru.set(key, step);
        model = [...model.filter(([name]) => name !== key), [key, step] as [string, number]].slice(-capacity);
      } else if (draw < 0.9) {
        assert.is(lru.get(key), entry?.[1]);
        if (entry) model = [...model.filter((other) => other !== entry), entry];
      } else {
        lru.delete(key);
        model = model.filter((other) => other !== entry);
      }
      assert.is(lru.size, model.length);
    }
    for (const [key, value] of model) assert.is(lru.peek(key), value);
  }
});

test('capacity 0 keeps nothing', () => {
  const lru = new Lru<number>(0);
  lru.set('a', 1);
  assert.is(lru.size, 0);
  assert.is(lru.get('a'), undefined);
});

test('counts hits and misses, and a peek as neither', () => {
  const lru = new Lru<number>(2);
  lru.set('a', 1);
  lru.get('a');
  lru.get('b');
  lru.peek('a');
  assert.equal([lru.hits, lru.misses], [1, 1]);
});

test('holds nothing of what is not in it any more, however long it was used without being full', async () => {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('run with --expose-gc');
  const lru = new Lru<object>(1000);
  const forgotten: WeakRef<object>[] = [];
  for (let round = 0; round < 10_000; round++) {
    const value = { round };
    lru.set(`${round}`, value);
    if (round % 500 === 0) forgotten.push(new WeakRef(value));
    lru.delete(`${round - 100}`);
  }
  await new Promise((next) => setImmediate(next));
  gc();
  const held = forgotten.filter((each) => each.deref() !== undefined);
  assert.ok(held.length <= 1, `${held.length} of ${forgotten.length} are still held`);
  assert.is(lru.size, 100);
});

test.run();
