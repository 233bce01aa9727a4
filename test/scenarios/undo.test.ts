import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UndoStack } from '../../scenarios/run/undo.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

test('everything is undone, last first, whatever fails or never ends, and once', async () => {
  const clock = new FakeClock();
  const undo = new UndoStack();
  const done: string[] = [];
  const step = (what: string, work: () => Promise<unknown> = async () => {}): void =>
    undo.push(what, () => {
      done.push(what);
      return work();
    });
  step('first');
  step('fails', () => Promise.reject(new Error('no')));
  step('hangs', () => new Promise(() => {}));
  step('takes its time', () => clock.sleep(19_000));
  step('fails late', async () => {
    await clock.sleep(25_000);
    throw new Error('too late to matter');
  });
  step('last');
  const failures = await clock.play(undo.run(clock));
  assert.equal(done, ['last', 'fails late', 'takes its time', 'hangs', 'fails', 'first']);
  assert.equal(failures, [
    'fails late: still under way after 20 s',
    'hangs: still under way after 20 s',
    'fails: no',
  ]);
  await clock.advance(60_000);
  assert.equal(await undo.run(clock), []);
  assert.is(done.length, 6);
});

test('without a clock a step takes as long as it takes', async () => {
  const undo = new UndoStack();
  undo.push('fails', () => Promise.reject(new Error('no')));
  assert.equal(await undo.run(), ['fails: no']);
});

test.run();
