import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inOrder } from '../../scenarios/drivers/in-order.ts';

/** Requests that are answered when the test says so. */
function slowServer() {
  const requests: { readonly items: readonly number[]; readonly answer: (error?: Error) => void }[] = [];
  const send = (items: readonly number[]): Promise<void> =>
    new Promise((resolve, reject) => {
      requests.push({ items, answer: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  return { requests, send };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one request at a time; what comes meanwhile goes together with the next, in its order', async () => {
  const { requests, send } = slowServer();
  const publish = inOrder(send, 100);
  const done = [publish([1]), publish([2, 3]), publish([4])];
  await turn();
  assert.equal(
    requests.map(({ items }) => items),
    [[1]],
  );
  requests[0]?.answer();
  await turn();
  assert.equal(
    requests.map(({ items }) => items),
    [[1], [2, 3, 4]],
  );
  requests[1]?.answer();
  await Promise.all(done);
});

test('a request that fails fails those that went with it, and no other', async () => {
  const { requests, send } = slowServer();
  const publish = inOrder(send, 100);
  const outcomes = Promise.allSettled([publish([1]), publish([2]), publish([3])]);
  requests[0]?.answer(new Error('refused'));
  await turn();
  requests[1]?.answer();
  assert.equal(
    (await outcomes).map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled'],
  );
});

test('no request carries more than it may, but for a list that is longer by itself', async () => {
  const { requests, send } = slowServer();
  const publish = inOrder(send, 3);
  const done = [publish([0]), publish([1, 2]), publish([3, 4]), publish([5, 6, 7, 8])];
  for (let at = 0; at < 4; at++) {
    requests[at]?.answer();
    await turn();
  }
  await Promise.all(done);
  assert.equal(
    requests.map(({ items }) => items),
    [[0], [1, 2], [3, 4], [5, 6, 7, 8]],
  );
});

test.run();
