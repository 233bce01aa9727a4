import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawFaults, goesOn, type NemesisPlan } from '../../chaos/nemesis.ts';
import { endOf, findConflict } from '../../chaos/timeline.ts';
import { createRandom } from '../../core/random.ts';

const plan: NemesisPlan = {
  afterMs: 1000,
  everyMs: { min: 200, max: 600 },
  forMs: { min: 100, max: 2000 },
  from: ['kill', 'pause', 'restart', 'delay', 'partition'].map((fault) => ({ fault, options: {} })),
  on: ['bus.server', 'storage.server', 'bus.calls', 'storage.link'],
  atMost: 2,
};

test('the same seed draws the same timeline, another seed another', () => {
  const draw = (seed: number) => drawFaults(plan, 60_000, false, createRandom(seed));
  assert.equal(draw(7), draw(7));
  assert.not.equal(draw(7), draw(8));
  assert.ok(draw(7).length > 20);
});

test('no fault goes on a target it is not for, none is in the way of another, and at most two are in force', () => {
  const met = new Set<string>();
  for (let seed = 1; seed <= 200; seed++) {
    for (const sameServer of [false, true]) {
      const drawn = drawFaults(plan, 20_000, sameServer, createRandom(seed));
      assert.is(findConflict(drawn, sameServer), null);
      for (const order of drawn) {
        met.add(`${order.fault} on ${order.on}`);
        assert.ok(goesOn(order.fault, order.on));
        assert.ok(order.atMs >= 1200 && endOf(order) <= 20_000);
        const beside = drawn.filter((other) => other.atMs <= order.atMs && endOf(other) > order.atMs);
        assert.ok(beside.length <= 2, `${beside.length} at ${order.atMs} of seed ${seed}`);
      }
    }
  }
  assert.is(met.size, 3 * 2 + 1 + 1, [...met].join(', '));
});

test('a load too short for any fault and its recovery has none', () => {
  assert.equal(drawFaults(plan, 2000, false, createRandom(1)), []);
});

test.run();
