/** The way to a node, over its lives: what goes over together, what is unknown when it ends, and who is handed what. */
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TestbedError } from '../../../core/error.ts';
import type { Message } from '../../../core/message.ts';
import { NodeLine } from '../../../scenarios/node/line.ts';
import type { Call, Handled } from '../../../scenarios/node/protocol.ts';

interface Sent {
  readonly calls: readonly Call[];
  readonly handled: readonly Handled[];
}

/** A node as the line sees it: what it was sent, and what it answers. */
class FarSide {
  readonly sent: Sent[] = [];
  readonly #line: NodeLine;
  #done = 0;

  constructor(line: NodeLine) {
    this.#line = line;
  }

  get methods(): readonly string[] {
    return this.sent.flatMap(({ calls }) => calls.map(({ method }) => method));
  }

  /** Answers everything it was asked since. */
  answer(): void {
    const calls = this.sent.flatMap((each) => each.calls).slice(this.#done);
    this.#done += calls.length;
    this.#take({ answers: calls.map(({ id, method }) => ({ id, value: method })) });
  }

  deliver(subscription: number, numbers: readonly number[]): void {
    const batch = numbers.map((sequence) => ({ sequence }) as Message);
    this.#take({ batches: [batch], deliveries: [[subscription, 0]] });
  }

  #take(work: Partial<Parameters<NodeLine['take']>[0]>): void {
    this.#line.take({ kind: 'work', answers: [], batches: [], deliveries: [], dropped: 0, ...work });
  }
}

/** A life of a node, connected. */
async function live(line: NodeLine): Promise<FarSide> {
  const far = new FarSide(line);
  const connected = line.connect((work) => void far.sent.push(work));
  while (!far.methods.includes('recover')) {
    await turn();
    far.answer();
  }
  await connected;
  return far;
}

async function subscribed(
  line: NodeLine,
  far: FarSide,
  handler: (sequences: readonly number[]) => void | Promise<void>,
) {
  const opening = line.subscribe({ method: 'events.subscribe', what: {} }, (messages) =>
    handler((messages as readonly Message[]).map(({ sequence }) => sequence)),
  );
  await turn();
  far.answer();
  return opening;
}

function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: TestbedError) => error.code,
  );
}

test('calls of one turn go over together', async () => {
  const line = new NodeLine();
  const far = await live(line);
  const before = far.sent.length;
  const calls = Promise.all([line.call('one'), line.call('two')]);
  await turn();
  assert.is(far.sent.length, before + 1);
  far.answer();
  assert.equal(await calls, ['one', 'two']);
});

test('what was not answered when it ended is unknown, what is asked after that was not done', async () => {
  const line = new NodeLine();
  assert.is(await codeOf(line.call('too early')), 'UNAVAILABLE');
  await live(line);
  const asked = codeOf(line.call('asked'));
  await turn();
  const unsent = codeOf(line.call('not sent yet'));
  line.disconnect('SIGKILL');
  assert.equal([await asked, await unsent], ['TIMEOUT', 'TIMEOUT']);
  assert.is(await codeOf(line.call('while it is away')), 'UNAVAILABLE');
});

test('a new life is asked for every subscription before it takes up what the bus kept', async () => {
  const line = new NodeLine();
  const first = await live(line);
  const seen: number[] = [];
  await subscribed(line, first, (numbers) => void seen.push(...numbers));
  const closed = await subscribed(line, first, () => undefined);
  await Promise.all([
    closed.close(),
    turn().then(() => {
      first.answer();
    }),
  ]);
  line.disconnect('SIGKILL');
  const second = await live(line);
  assert.equal(second.methods, ['events.subscribe', 'recover']);
  second.deliver(1, [7]);
  assert.equal(seen, [7]);
});

test('a handler gets one batch after the other, whichever life they come from, and answers none but that life', async () => {
  const line = new NodeLine();
  const first = await live(line);
  const seen: (readonly number[])[] = [];
  const ends: (() => void)[] = [];
  await subscribed(line, first, (numbers) => {
    seen.push(numbers);
    return new Promise((resolve) => ends.push(resolve));
  });
  first.deliver(1, [1, 2]);
  line.disconnect('SIGKILL');
  const second = await live(line);
  second.deliver(1, [1, 2, 3]);
  await turn();
  assert.equal(seen, [[1, 2]]);
  ends[0]?.();
  await turn();
  await turn();
  assert.equal(seen, [
    [1, 2],
    [1, 2, 3],
  ]);
  ends[1]?.();
  await turn();
  await turn();
  assert.equal(
    [first, second].map((far) => far.sent.flatMap(({ handled }) => handled)),
    [[], [{ subscription: 1 }]],
  );
});

test('what a handler throws is told, and the next batch comes all the same', async () => {
  const line = new NodeLine();
  const far = await live(line);
  await subscribed(line, far, () => {
    throw new Error('no room');
  });
  far.deliver(1, [1]);
  far.deliver(1, [2]);
  await turn();
  const error = { code: null, message: 'no room' };
  assert.equal(
    far.sent.flatMap(({ handled }) => handled),
    [
      { subscription: 1, error },
      { subscription: 1, error },
    ],
  );
});

test.run();
