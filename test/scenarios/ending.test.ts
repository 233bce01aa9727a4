import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Ended, Ending, type UnderWay } from '../../scenarios/run/ending.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

/** A load of which things arrive, and operations end, at given times after it. Nothing arrives while the process stands still. */
class Arrivals implements UnderWay {
  #arrived = 0;
  #open: number;
  #operations: number;

  constructor(
    clock: FakeClock,
    arriveAfterMs: readonly number[],
    lost: number,
    endAfterMs: readonly number[],
  ) {
    this.#open = arriveAfterMs.length + lost;
    this.#operations = endAfterMs.length;
    for (const ms of arriveAfterMs) {
      clock.after(ms, () => {
        this.#arrived++;
        this.#open--;
      });
    }
    for (const ms of endAfterMs) clock.after(ms, () => this.#operations--);
  }

  get quiet(): boolean {
    return this.#open + this.#operations === 0;
  }

  outstanding = (): number => this.#open;
  arrived = (): number => this.#arrived;
  describe = (): string => `${this.#open} deliveries, ${this.#operations} operations`;
  sweep = (): void => {};
  busy = (): boolean => this.#operations > 0;
  advance = (): void => {};
  stop = (): void => {};
}

interface Row {
  readonly name: string;
  readonly arrive: readonly number[];
  readonly lost?: number;
  readonly operations?: readonly number[];
  readonly limitMs: number;
  /** When our own process stands still, and for how long. */
  readonly stall?: readonly [atMs: number, forMs: number];
  readonly ended: Pick<Ended, 'complete' | 'drainMs' | 'stillArriving'>;
}

// A look comes every 2 ms, in the settling every ms.
// biome-ignore format: a table
const rows: readonly Row[] = [
  { name: 'nothing was under way', arrive: [], limitMs: 0, ended: { complete: true, drainMs: 0, stillArriving: false } },
  { name: 'all of it comes', arrive: [1, 50, 300], limitMs: 1000, ended: { complete: true, drainMs: 300, stillArriving: false } },
  { name: 'deliveries come while operations settle: the drain is as long as the deliveries', arrive: [30], operations: [400], limitMs: 1000, ended: { complete: true, drainMs: 30, stillArriving: false } },
  { name: 'deliveries come after operations have settled: the drain began with the end of the load', arrive: [500], operations: [400], limitMs: 1000, ended: { complete: true, drainMs: 500, stillArriving: false } },
  { name: 'operations never end: the deliveries have come all the same', arrive: [30], operations: [1e6], limitMs: 400, ended: { complete: false, drainMs: 30, stillArriving: false } },
  { name: 'the rest never comes, and nothing else did for long enough', arrive: [100], lost: 1, limitMs: 1000, ended: { complete: false, drainMs: null, stillArriving: false } },
  { name: 'others came a little before the time was up', arrive: [100, 700], lost: 1, limitMs: 1000, ended: { complete: false, drainMs: null, stillArriving: true } },
  { name: 'a longer wait does not ask for a longer silence than half a second', arrive: [9400], lost: 1, limitMs: 10_000, ended: { complete: false, drainMs: null, stillArriving: false } },
  { name: 'no time to wait: nothing can be told of what is missing', arrive: [], lost: 5, limitMs: 0, ended: { complete: false, drainMs: null, stillArriving: true } },
  { name: 'hardly any time: nor can it', arrive: [], lost: 5, limitMs: 90, ended: { complete: false, drainMs: null, stillArriving: true } },
  { name: 'our own stall is no silence of the system', arrive: [5], lost: 1, stall: [100, 890], limitMs: 1000, ended: { complete: false, drainMs: null, stillArriving: true } },
];

for (const { name, arrive, lost = 0, operations = [], limitMs, stall, ended } of rows) {
  test(name, async () => {
    const clock = new FakeClock();
    const load = new Arrivals(clock, arrive, lost, operations);
    if (stall !== undefined) clock.after(stall[0], () => clock.elapse(stall[1]));
    const ending = new Ending(load, clock);
    const { signal } = new AbortController();
    const { complete, drainMs, stillArriving, left } = await clock.play(
      ending.settle(clock.now(), limitMs, signal).then(() => ending.drain(limitMs, signal)),
    );
    assert.equal({ complete, drainMs, stillArriving }, ended);
    assert.is(left === '', complete);
  });
}

test('an interrupt ends both waits', async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  clock.after(50, () => stop.abort());
  const ending = new Ending(new Arrivals(clock, [], 1, [1e6]), clock);
  const { signal } = stop;
  const ended = await clock.play(
    ending.settle(clock.now(), 1e5, signal).then(() => ending.drain(1e5, signal)),
  );
  assert.ok(ended.tookMs <= 52 && !ended.complete);
});

test.run();
