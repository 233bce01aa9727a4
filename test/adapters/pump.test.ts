/** The pump: one batch at a time, failures again after a growing pause, an end that can be waited for. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Batch, Pump, type Source } from '../../adapters/pump.ts';
import { TestbedError } from '../../core/error.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

const batch = (offset: string): Batch => ({ messages: [], offset });

/** Gives the batches in turn, and notes what it is told. */
function sourceOf(...offsets: string[]): Source<Batch> & { readonly told: string[] } {
  const told: string[] = [];
  const waiting = offsets.map(batch);
  return {
    told,
    next(done) {
      if (done !== null) told.push(`acknowledged ${done.offset}`);
      return waiting.shift() ?? null;
    },
    end(last, answered) {
      told.push(`ended with ${last?.offset ?? 'nothing'}${last !== null && !answered ? ', unanswered' : ''}`);
    },
  };
}

test('batches come one after another, each acknowledged before the next', async () => {
  const clock = new FakeClock();
  const source = sourceOf('1', '2', '3');
  const seen: string[] = [];
  const pump = new Pump(source, (_messages, offset) => void seen.push(offset), clock);
  pump.wake();
  assert.equal(seen, [], 'nothing in the turn of the wake');
  await clock.advance(0);
  assert.equal(seen, ['1', '2', '3']);
  await pump.close();
  assert.equal(source.told, ['acknowledged 1', 'acknowledged 2', 'acknowledged 3', 'ended with nothing']);
});

test('a batch that failed comes again after 10, 20, 40 ms and so on, up to a second', async () => {
  const clock = new FakeClock();
  const calls: number[] = [];
  const start = clock.now();
  const handler = (): void => {
    calls.push(clock.now() - start);
    if (calls.length < 10) throw new Error('not yet');
  };
  const pump = new Pump(sourceOf('1'), handler, clock);
  pump.wake();
  await clock.advance(60_000);
  assert.equal(calls, [0, 10, 30, 70, 150, 310, 630, 1270, 2270, 3270]);
  await pump.close();
});

test('closing gives back what failed, and cuts the pause', async () => {
  const clock = new FakeClock();
  const source = sourceOf('1', '2');
  const pump = new Pump(source, () => Promise.reject(new Error('never')), clock);
  pump.wake();
  await clock.advance(5);
  await pump.close();
  await pump.close();
  assert.equal(source.told, ['ended with 1, unanswered']);
});

test('an abandoned pump leaves its source alone', async () => {
  const clock = new FakeClock();
  const source = sourceOf('1', '2');
  let calls = 0;
  const pump = new Pump(source, () => void calls++, clock);
  pump.wake();
  pump.abandon();
  await clock.advance(5);
  await pump.close();
  assert.is(calls, 0);
  assert.equal(source.told, []);
});

test('a source in trouble is asked again, and what was answered is acknowledged then', async () => {
  const clock = new FakeClock();
  const warnings: string[] = [];
  const listen = (warning: Error): void => void warnings.push(warning.message);
  process.on('warning', listen);
  const source = sourceOf('1', '2');
  const { next } = source;
  let asked = 0;
  source.next = (done) => {
    asked++;
    if (asked === 2 || asked === 3) throw new TestbedError('UNAVAILABLE', 'locked');
    return next(done);
  };
  const seen: string[] = [];
  const pump = new Pump(source, (_messages, offset) => void seen.push(offset), clock);
  pump.wake();
  await clock.advance(100);
  assert.equal(seen, ['1', '2']);
  assert.equal(source.told, ['acknowledged 1', 'acknowledged 2']);
  assert.equal(warnings, ['delivery is held up: locked'], 'said once');
  process.off('warning', listen);
  await pump.close();
});

test('a wake while it looks is not lost', async () => {
  const clock = new FakeClock();
  let there = false;
  const seen: string[] = [];
  const source: Source<Batch> = {
    async next() {
      const found = there ? batch('1') : null;
      if (!there) {
        there = true;
        pump.wake();
      } else there = seen.length === 0;
      return seen.length === 0 ? found : null;
    },
    end() {},
  };
  const pump = new Pump(source, (_messages, offset) => void seen.push(offset), clock);
  pump.wake();
  await clock.advance(5);
  assert.equal(seen, ['1']);
  await pump.close();
});

test.run();
