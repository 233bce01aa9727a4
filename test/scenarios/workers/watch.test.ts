import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTestbedError } from '../../../core/error.ts';
import { isWorkerLost } from '../../../scenarios/workers/lost.ts';
import { type Reading, sameWithinMs } from '../../../scenarios/workers/one-clock.ts';
import type { Look, WorkerOrder } from '../../../scenarios/workers/protocol.ts';
import { Watch } from '../../../scenarios/workers/watch.ts';
import { FakeClock } from '../../doubles/fake-clock.ts';
import { FakeWorker } from '../../doubles/fake-worker.ts';

const orders: readonly WorkerOrder[] = [{}, {}, {}] as unknown as readonly WorkerOrder[];

interface Rig {
  readonly clock: FakeClock;
  readonly workers: readonly FakeWorker[];
  readonly watch: Watch;
}

/** Three workers that answer everything but `play`. */
function rig(shownMs: (clock: FakeClock, pid: number) => number = (clock) => clock.now()): Rig {
  const clock = new FakeClock();
  const workers = orders.map((_, which) => {
    const pid = 100 + which;
    return new FakeWorker(pid, ({ method }) => {
      if (method === 'now') return shownMs(clock, pid);
      return method === 'play' ? undefined : method === 'look' ? `look of ${pid}` : null;
    });
  });
  return { clock, workers, watch: new Watch(workers, clock) };
}

async function opened(): Promise<Rig> {
  const made = rig();
  await made.clock.play(made.watch.open(orders));
  return made;
}

async function rejection(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not reject');
}

test('what is asked of all is answered by each, in their order', async () => {
  const { watch } = await opened();
  assert.equal(await watch.all('look', false), ['look of 100', 'look of 101', 'look of 102']);
});

test('a worker that is killed ends the load at once: who waits is told which it was, and the others end', async () => {
  const { watch, workers } = await opened();
  const playing = rejection(watch.all('play'));
  workers[1]?.die('SIGKILL');
  const error = await playing;
  assert.is(isWorkerLost(error), true);
  assert.match(error.message, /^load worker 2 \(pid 101\) ended with SIGKILL/);
  assert.equal(
    workers.map(({ killed }) => killed),
    [true, true, true],
  );
  assert.is(await rejection(watch.all('look', false)), error);
});

test('a worker that says nothing for five seconds is lost; one that lives on is not', async () => {
  const { watch, workers, clock } = await opened();
  const playing = rejection(watch.all('play'));
  const hear = async (times: number, who: readonly FakeWorker[]): Promise<void> => {
    for (let time = 0; time < times; time++) {
      await clock.advance(500);
      for (const worker of who) worker.say({ kind: 'alive' });
    }
  };
  const lives = (): boolean => workers.every(({ killed }) => !killed);
  await hear(120, workers);
  assert.is(lives(), true);
  await hear(9, workers.slice(0, 2));
  assert.is(lives(), true);
  await hear(3, workers.slice(0, 2));
  assert.match((await playing).message, /^load worker 3 \(pid 102\) has said nothing for 5 s/);
});

test('while we stand still ourselves nobody is heard, and nobody is lost for that', async () => {
  const { workers, clock } = await opened();
  clock.elapse(60_000);
  await clock.advance(1);
  assert.is(
    workers.some(({ killed }) => killed),
    false,
  );
});

test('a worker that cannot open says why, and is not taken for one that died', async () => {
  const clock = new FakeClock();
  const workers = orders.map(
    (_, which) => new FakeWorker(which, () => (which === 2 ? new Error('no such server') : null)),
  );
  const watch = new Watch(workers, clock);
  const error = await rejection(clock.play(watch.open(orders)));
  assert.match(error.message, /no such server/);
  assert.is(isWorkerLost(error), false);
});

test('a worker whose clock is another is refused', async () => {
  const made = rig((clock, pid) => clock.now() + (pid === 101 ? 30 : 0));
  const error = await rejection(made.clock.play(made.watch.open(orders)));
  assert.is(isTestbedError(error, 'UNSUPPORTED'), true);
  assert.match(error.message, /^load worker 2 does not have our clock/);
});

test('closed in good order each has been asked to, and none lives on', async () => {
  const { watch, workers, clock } = await opened();
  await clock.play(watch.close());
  for (const worker of workers) {
    assert.is(worker.asked.at(-1), 'close');
    assert.is(worker.killed, true);
  }
  // An end that was asked for is no loss.
  assert.is(isWorkerLost(await rejection(watch.all('look', false))), false);
});

test('one that does not close is ended all the same, and told of', async () => {
  const clock = new FakeClock();
  const workers = orders.map(
    (_, which) =>
      new FakeWorker(which, ({ method }) =>
        method === 'now' ? clock.now() : which === 0 && method === 'close' ? undefined : null,
      ),
  );
  const watch = new Watch(workers, clock);
  await clock.play(watch.open(orders));
  const error = await rejection(clock.play(watch.close()));
  assert.match(error.message, /had not ended after 10 s/);
  assert.equal(
    workers.map(({ killed }) => killed),
    [true, true, true],
  );
});

test('how workers look while they play is told, by whom it is', async () => {
  const { watch, workers } = await opened();
  const seen: (readonly [number, unknown])[] = [];
  watch.looked = (which, look) => seen.push([which, look]);
  workers[2]?.say({ kind: 'look', look: { filled: 7 } as Look });
  assert.equal(seen, [[2, { filled: 7 }]]);
});

const readings: readonly (readonly [what: string, readings: readonly Reading[], within: number | null])[] = [
  [
    'within each question',
    [
      [10, 10.2, 10.5],
      [20, 20.1, 20.2],
    ],
    0.2,
  ],
  ['a microsecond early, as doubles round', [[10, 9.999, 10.5]], 0.5],
  ['before it was asked', [[10, 9.9, 10.5]], null],
  [
    'after it was answered',
    [
      [10, 10.2, 10.5],
      [20, 21, 20.5],
    ],
    null,
  ],
  ['of a machine that has run for longer', [[10, 86_400_010, 10.5]], null],
  ['never', [], null],
];
for (const [what, read, within] of readings) {
  test(`a clock that was read ${what} is ${within === null ? 'another' : 'ours'}`, () => {
    const found = sameWithinMs(read);
    assert.is(found === null ? null : Math.round(found * 1000) / 1000, within);
  });
}

test.run();
