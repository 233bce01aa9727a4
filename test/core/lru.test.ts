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

test.run();
