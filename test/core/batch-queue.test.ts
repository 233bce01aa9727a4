import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BatchQueue } from '../../core/delivery/batch-queue.ts';
import { createRandom } from '../../core/random.ts';

test('agrees with a plain array over random pushes, takes, trims and reads', () => {
  const random = createRandom(11);
  for (let round = 0; round < 30; round++) {
    const queue = new BatchQueue<number>();
    let model: number[] = [];
    let batches: number[][] = [];
    let pushed = 0;
    for (let step = 0; step < 400; step++) {
      const draw = random.next();
      if (draw < 0.6) {
        const batch = Array.from({ length: random.integer(0, 7) }, () => pushed++);
        queue.push(batch);
        model.push(...batch);
        if (batch.length > 0) batches.push(batch);
      } else if (draw < 0.8) {
        const taken = queue.shift();
        assert.equal(taken, batches[0]);
        batches = batches.slice(1);
        model = model.slice(taken?.length ?? 0);
      } else {
        const keep = random.integer(0, 30);
        assert.is(queue.trim(keep), Math.max(0, model.length - keep));
        model = model.slice(Math.max(0, model.length - keep));
        let rest = batches.flat().length - model.length;
        batches = batches
          .map((batch) => {
            const drop = Math.min(rest, batch.length);
            rest -= drop;
            return batch.slice(drop);
          })
          .filter((batch) => batch.length > 0);
      }
      assert.is(queue.size, model.length);
      assert.is(queue.batches, batches.length);
      assert.is(queue.first, pushed - model.length);
      assert.is(queue.end, pushed);
    }
    const from = random.integer(0, pushed);
    const read = [...queue.from(from)];
    assert.equal(
      read.map(([, item]) => item),
      model.filter((item) => item >= from),
    );
    for (const [position, item] of read) assert.is(position, item);
  }
});

test('hands out the very array that was pushed', () => {
  const queue = new BatchQueue<number>();
  const batch = [1, 2, 3];
  queue.push(batch);
  assert.is(queue.shift(), batch);
  assert.is(queue.shift(), undefined);
});

test('lets go of what it dropped, however long it lives', () => {
  const queue = new BatchQueue<object>();
  for (let count = 0; count < 100_000; count++) {
    queue.push([{}]);
    queue.trim(10);
  }
  assert.is(queue.size, 10);
  assert.is(queue.batches, 10);
  assert.equal([...queue.from(0)].length, 10);
});

test.run();
