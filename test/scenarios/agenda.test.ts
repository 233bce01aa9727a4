import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Agenda } from '../../scenarios/load/agenda.ts';

test('empty: nothing is ever due', () => {
  const agenda = new Agenda<string>();
  assert.is(agenda.dueMs, Number.POSITIVE_INFINITY);
  assert.is(agenda.take(), undefined);
});

test('earliest first, those due together in the order they went in, whatever is added meanwhile', () => {
  const step = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(null));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const agenda = new Agenda<number>();
      const waiting: { dueMs: number; item: number }[] = [];
      for (const [item, dueMs] of steps.entries()) {
        if (dueMs !== null) {
          agenda.add(dueMs, item);
          waiting.push({ dueMs, item });
          continue;
        }
        const first = Math.min(...waiting.map((entry) => entry.dueMs));
        assert.is(agenda.dueMs, first);
        const [expected] = waiting.splice(
          waiting.findIndex((entry) => entry.dueMs === first),
          waiting.length > 0 ? 1 : 0,
        );
        const taken = agenda.take();
        assert.equal(taken && { dueMs: taken.dueMs, item: taken.item }, expected);
      }
    }),
    { numRuns: 500, seed: 4 },
  );
});

test.run();
