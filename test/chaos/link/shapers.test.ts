/** When things go out, as arithmetic: no socket and no time. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Piece, type ShaperMaker, shapeAll } from '../../../chaos/link/piece.ts';
import { paceAt } from '../../../chaos/link/toxics/bandwidth.ts';
import { delayBy } from '../../../chaos/link/toxics/latency.ts';
import { cutsOf, sliceInto } from '../../../chaos/link/toxics/slicer.ts';
import { closeAfter } from '../../../chaos/link/toxics/slow-close.ts';
import { createRandom } from '../../../core/random.ts';

const random = () => createRandom(7);

function piece(atMs: number, size: number | null): Piece {
  return { data: size === null ? null : Buffer.alloc(size, atMs), cameMs: atMs, dueMs: atMs };
}

/** Size (null: the end) and due time of everything that comes out. */
function played(makers: readonly ShaperMaker[], pieces: readonly Piece[], nowMs = 0) {
  const out = shapeAll(
    makers.map((make) => make(nowMs)),
    pieces,
  );
  return out.map(({ data, dueMs }) => [data?.length ?? null, dueMs] as const);
}

type Row = readonly [
  name: string,
  makers: readonly ShaperMaker[],
  came: readonly (readonly [atMs: number, size: number | null])[],
  due: readonly (readonly [size: number | null, dueMs: number])[],
];

// biome-ignore format: a table
const rows: readonly Row[] = [
  ['nothing in the way', [], [[0, 5], [3, null]], [[5, 0], [null, 3]]],
  ['latency delays each by as much, all at once under way', [delayBy(80, 0, random())], [[0, 5], [1, 5], [2, null]], [[5, 80], [5, 81], [null, 82]]],
  ['bandwidth: 1 kB/s is a byte a ms', [paceAt(1)], [[0, 20], [0, 30]], [[20, 20], [30, 50]]],
  ['bandwidth cuts what is large, so that it flows', [paceAt(1)], [[0, 120]], [[50, 50], [50, 100], [20, 120]]],
  ['bandwidth saves nothing up while idle', [paceAt(1)], [[0, 10], [1000, 10]], [[10, 10], [10, 1010]]],
  ['the end waits for what is in front of it', [paceAt(1)], [[0, 40], [1, null]], [[40, 40], [null, 40]]],
  ['slicer: packets of one size, apart', [sliceInto(4, 0, 2, random())], [[0, 10], [1, null]], [[4, 0], [4, 2], [2, 4], [null, 6]]],
  ['slow_close holds back only the end', [closeAfter(500)], [[0, 10], [1, null]], [[10, 0], [null, 501]]],
  ['latency, then bandwidth', [delayBy(10, 0, random()), paceAt(1)], [[0, 20], [0, 20]], [[20, 30], [20, 50]]],
  ['bandwidth, then latency', [paceAt(1), delayBy(10, 0, random())], [[0, 20], [0, 20]], [[20, 30], [20, 50]]],
  ['slicer, then bandwidth', [sliceInto(10, 0, 0, random()), paceAt(1)], [[0, 20]], [[10, 10], [10, 20]]],
];

for (const [name, makers, came, due] of rows) {
  test(name, () => {
    assert.equal(
      played(
        makers,
        came.map(([atMs, size]) => piece(atMs, size)),
      ),
      due,
    );
  });
}

test('a line that starts now does not make up for the time before', () => {
  assert.equal(played([paceAt(1)], [piece(0, 10)], 5000), [[10, 5010]]);
});

test('jitter stays within its bounds, is spread over them, and never turns the order round', () => {
  const alone = Array.from({ length: 1000 }, (_, at) => piece(at * 1000, 1));
  const delays = played([delayBy(80, 20, random())], alone).map(([, dueMs], at) => dueMs - at * 1000);
  assert.ok(delays.every((ms) => ms >= 60 && ms <= 100));
  assert.ok(Math.min(...delays) < 62 && Math.max(...delays) > 98);
  const close = Array.from({ length: 1000 }, (_, at) => piece(at, 1));
  const due = played([delayBy(80, 20, random())], close).map(([, dueMs]) => dueMs);
  assert.equal(
    due,
    due.toSorted((a, b) => a - b),
  );
});

test('a delay is never less than none', () => {
  const came = Array.from({ length: 50 }, (_, at) => piece(at * 1000, 1));
  const due = played([delayBy(1, 50, random())], came);
  assert.ok(due.every(([, dueMs], at) => dueMs >= at * 1000));
});

test('jitter and slices are the same for the same seed, and others for another', () => {
  const pieces = Array.from({ length: 20 }, (_, at) => piece(at * 100, 300));
  const play = (seed: number) =>
    played([delayBy(80, 20, createRandom(seed)), sliceInto(40, 10, 1, createRandom(seed))], pieces);
  assert.equal(play(1), play(1));
  assert.not.equal(play(1), play(2));
});

test('slices cover all bytes, each within its bounds but for the last', () => {
  for (let length = 1; length < 400; length += 7) {
    const cuts = cutsOf(length, 10, 9, createRandom(length));
    assert.is(cuts.at(-1), length);
    const sizes = cuts.map((cut, at) => cut - (cuts[at - 1] ?? 0));
    assert.ok(sizes.every((size) => size >= 1 && size <= 19));
    assert.ok(sizes.slice(0, -1).every((size) => size >= 1));
  }
  assert.equal(cutsOf(0, 10, 0, random()), []);
});

test('bytes come through any chain whole and in order', () => {
  const data = Buffer.from(Array.from({ length: 5000 }, (_, at) => at % 251));
  const came = Array.from({ length: 50 }, (_, at) => ({
    data: data.subarray(at * 100, at * 100 + 100),
    cameMs: at,
    dueMs: at,
  }));
  const chain = [delayBy(5, 5, random()), sliceInto(7, 3, 1, random()), paceAt(2), closeAfter(3)];
  const out = shapeAll(
    chain.map((make) => make(0)),
    came,
  );
  assert.ok(Buffer.concat(out.map((part) => part.data as Buffer)).equals(data));
  assert.ok(out.every(({ dueMs }, at) => dueMs >= (out[at - 1]?.dueMs ?? 0)));
});

test.run();
