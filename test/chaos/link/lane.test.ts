/** One direction of a connection in virtual time, between two streams that stand for sockets. */
import type { Socket } from 'node:net';
import { PassThrough, Writable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Inlet } from '../../../chaos/link/inlet.ts';
import { Lane } from '../../../chaos/link/lane.ts';
import { paceAt } from '../../../chaos/link/toxics/bandwidth.ts';
import { delayBy } from '../../../chaos/link/toxics/latency.ts';
import { closeAfter } from '../../../chaos/link/toxics/slow-close.ts';
import { createRandom } from '../../../core/random.ts';
import { FakeClock } from '../../doubles/fake-clock.ts';

/** Keeps what it is given; takes no more while it is `stuck`, and what it was given then only once it goes on. */
class Sink extends Writable {
  readonly got: string[] = [];
  hasEnded = false;
  #goOn: (() => void) | null = null;
  isStuck = false;

  override _write(chunk: Buffer, _encoding: string, taken: () => void): void {
    const take = (): void => {
      this.got.push(String(chunk));
      taken();
    };
    if (this.isStuck) this.#goOn = take;
    else take();
  }

  override _final(done: () => void): void {
    this.hasEnded = true;
    done();
  }

  unstick(): void {
    this.isStuck = false;
    this.#goOn?.();
    this.#goOn = null;
  }

  get text(): string {
    return this.got.join('');
  }
}

/** Read as Node reads a socket: into the buffer that it is given for the next chunk. */
function inletOf(source: PassThrough): Inlet {
  return new Inlet(({ buffer, callback }) => {
    const next = buffer as () => Buffer;
    source.on('data', (chunk: Buffer) => {
      const into = next();
      callback(chunk.copy(into), into);
    });
    return source as unknown as Socket;
  });
}

function setUp() {
  const [clock, source, sink] = [new FakeClock(), new PassThrough(), new Sink()];
  const traffic = { received: 0, sent: 0 };
  const lane = new Lane('up', inletOf(source), sink as unknown as Socket, clock, traffic);
  const say = async (text: string): Promise<void> => {
    source.write(text);
    await clock.advance(0);
  };
  return { clock, source, sink, traffic, lane, say };
}

const latency = (ms: number) => delayBy(ms, 0, createRandom(1));

test('without toxics what comes goes on at once, and so does the end', async () => {
  const { clock, source, sink, traffic, say } = setUp();
  await say('a');
  await say('b');
  assert.is(sink.text, 'ab');
  source.end();
  await clock.advance(0);
  assert.is(sink.hasEnded, true);
  assert.equal(traffic, { received: 2, sent: 2 });
});

test('latency: nothing before its time, everything at its time, the end after it', async () => {
  const { clock, source, sink, traffic, lane, say } = setUp();
  lane.shape(latency(80));
  await say('a');
  await clock.advance(40);
  await say('b');
  source.end();
  await clock.advance(39);
  assert.is(sink.text, '');
  assert.equal(traffic, { received: 2, sent: 0 });
  await clock.advance(1);
  assert.is(sink.text, 'a');
  await clock.advance(39);
  assert.is(sink.text, 'a');
  await clock.advance(1);
  assert.is(sink.text, 'ab');
  assert.is(sink.hasEnded, true);
});

test('a removal lets out at once what waited, before what comes after it', async () => {
  const { sink, lane, say } = setUp();
  const lift = lane.shape(latency(1e6));
  await say('a');
  await say('b');
  assert.is(sink.text, '');
  lift();
  assert.is(sink.text, 'ab');
  await say('c');
  assert.is(sink.text, 'abc');
});

test('a change counts for what waits, from when that came', async () => {
  const { clock, sink, lane, say } = setUp();
  const lift = lane.shape(latency(1000));
  await say('a');
  await clock.advance(50);
  lane.shape(latency(80));
  lift();
  await clock.advance(29);
  assert.is(sink.text, '');
  await clock.advance(1);
  assert.is(sink.text, 'a');
});

test('one of two is removed: the other stays', async () => {
  const { clock, sink, lane, say } = setUp();
  lane.shape(closeAfter(10));
  const lift = lane.shape(latency(100));
  await say('a');
  lift();
  assert.is(sink.text, 'a');
  await say('b');
  assert.is(sink.text, 'ab');
  await clock.advance(10);
});

test('bandwidth: as much as the time allows', async () => {
  const { clock, sink, lane, say } = setUp();
  lane.shape(paceAt(1));
  await say('x'.repeat(500));
  for (let atMs = 0; atMs < 500; atMs += 100) {
    assert.is(sink.text.length, atMs);
    await clock.advance(100);
  }
  assert.is(sink.text.length, 500);
});

test('swallowed: what waits and what comes, and nothing of it ever after', async () => {
  const { clock, source, sink, traffic, lane, say } = setUp();
  const lift = lane.shape(latency(100));
  await say('a');
  const mend = lane.swallow();
  lift();
  await say('b');
  await clock.advance(1000);
  assert.is(sink.text, '');
  assert.equal(traffic, { received: 2, sent: 0 });
  assert.is(mend(), true);
  await say('c');
  assert.is(sink.text, 'c');
  source.end();
  await clock.advance(0);
  assert.is(sink.hasEnded, true);
});

test('swallowed: nothing came, nothing was lost; an end that came was', async () => {
  const { clock, source, sink, lane } = setUp();
  assert.is(lane.swallow()(), false);
  const mend = lane.swallow();
  source.end();
  await clock.advance(0);
  assert.is(sink.hasEnded, false);
  assert.is(mend(), true);
});

test('swallowed: what was under way when it began is lost as well', async () => {
  const { lane, say } = setUp();
  lane.shape(latency(100));
  await say('a');
  assert.is(lane.swallow()(), true);
});

test('whoever sends to nobody is read all the same, and does not hang', async () => {
  const { clock, source, sink, traffic, lane } = setUp();
  sink.isStuck = true;
  while (!source.isPaused()) {
    source.write('x'.repeat(65_536));
    await clock.advance(0);
  }
  lane.loseSink();
  source.write('more');
  await clock.advance(0);
  assert.is(source.isPaused(), false);
  assert.is(traffic.received % 65_536, 4);
});

for (const [name, toxic] of [
  ['without toxics', false],
  ['with a toxic', true],
] as const) {
  test(`what the sink has not taken stays as it came, whatever comes after it, ${name}`, async () => {
    const { clock, sink, lane, say } = setUp();
    if (toxic) lane.shape(latency(10));
    sink.isStuck = true;
    for (const text of ['one', 'two', 'six', 'ten']) await say(text);
    await clock.advance(10);
    sink.unstick();
    await say('end');
    await clock.advance(10);
    assert.is(sink.text, 'onetwosixtenend');
  });
}

test('limit: so many bytes and not one more', async () => {
  const { sink, lane, say } = setUp();
  let reached = 0;
  lane.limit(5, () => {
    reached += 1;
  });
  await say('abc');
  assert.is(reached, 0);
  await say('defg');
  assert.is(sink.text, 'abcde');
  assert.ok(reached > 0);
  await say('h');
  assert.is(sink.text, 'abcde');
});

test('a limit of 0 is reached by the first byte', async () => {
  const { sink, lane, say } = setUp();
  let reached = false;
  lane.limit(0, () => {
    reached = true;
  });
  assert.is(reached, false);
  await say('a');
  assert.is(reached, true);
  assert.is(sink.text, '');
});

for (const [name, toxic] of [
  ['without toxics', false],
  ['with a toxic', true],
] as const) {
  test(`a sink that takes no more stops the source, ${name}`, async () => {
    const { clock, source, sink, lane } = setUp();
    if (toxic) lane.shape(closeAfter(1));
    sink.isStuck = true;
    let written = 0;
    const chunk = 'x'.repeat(65_536);
    while (written < 200 && !source.isPaused()) {
      source.write(chunk);
      written += 1;
      await clock.advance(0);
    }
    assert.ok(source.isPaused(), 'the source is not read any more');
    assert.ok(written <= 20, `${written} chunks went in: what waits is bounded`);
    sink.unstick();
    await clock.advance(0);
    assert.is(source.isPaused(), false);
    assert.is(sink.text.length, written * chunk.length);
  });
}

test('a long line is bounded too: beyond it the source waits, and nothing is lost', async () => {
  const { clock, source, sink, lane } = setUp();
  lane.shape(latency(1000));
  const chunk = 'x'.repeat(65_536);
  let written = 0;
  while (written < 200 && !source.isPaused()) {
    source.write(chunk);
    written += 1;
    await clock.advance(0);
  }
  assert.is(written, 17);
  await clock.advance(1000);
  assert.is(source.isPaused(), false);
  assert.is(sink.text.length, written * chunk.length);
});

test.run();
