import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTestbedError, TestbedError } from '../../core/error.ts';
import { Requests } from '../../scenarios/load/requests.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

function setUp(deadlineMs = 1000) {
  const clock = new FakeClock();
  const requests = new Requests(clock, deadlineMs);
  const log: string[] = [];
  const ask = (what: string, call: () => Promise<unknown>): Promise<void> =>
    requests
      .ask(what, call, (value) => log.push(`${what} late: ${value}`))
      .then(
        (value) => void log.push(`${what}: ${value}`),
        (error) => void log.push(`${what} ${isTestbedError(error) ? error.code : (error as Error).message}`),
      );
  const after = async (ms: number, value: string | Error): Promise<string> => {
    await clock.sleep(ms);
    if (value instanceof Error) throw value;
    return value;
  };
  return { clock, requests, log, ask, after };
}

test('an answer in time is passed on, whatever it is', async () => {
  const { clock, requests, log, ask, after } = setUp();
  void ask('a', () => after(999, 'yes'));
  void ask('b', () => after(999, new TestbedError('FULL', 'no')));
  void ask('c', () => {
    throw new Error('at once');
  });
  await clock.advance(5000);
  assert.equal(log, ['c at once', 'a: yes', 'b FULL']);
  assert.equal([...requests.unanswered], []);
});

test('no answer by the deadline is a timeout; one that comes later is not taken for one in time', async () => {
  const { clock, requests, log, ask, after } = setUp();
  void ask('a', () => after(1500, 'yes'));
  void ask('a', () => after(1600, new Error('no')));
  void ask('a', () => new Promise(() => {}));
  await clock.advance(1000);
  assert.equal(log, ['a TIMEOUT', 'a TIMEOUT', 'a TIMEOUT']);
  assert.equal([...requests.unanswered], [['a', 3]]);
  await clock.advance(1000);
  assert.equal(log.slice(3), ['a late: yes']);
  assert.equal([...requests.unanswered], [['a', 1]]);
});

test('giving up ends every wait, and what is asked after it', async () => {
  const { clock, requests, log, ask, after } = setUp(1e12);
  let called = false;
  void ask('a', () => after(10, 'yes'));
  void ask('b', () => new Promise(() => {}));
  await clock.advance(20);
  requests.giveUp();
  void ask('c', async () => {
    called = true;
  });
  await clock.advance(0);
  assert.equal(log, ['a: yes', 'b TIMEOUT', 'c TIMEOUT']);
  assert.equal(
    [...requests.unanswered],
    [
      ['b', 1],
      ['c', 1],
    ],
  );
  assert.not(called);
});

test('what is answered when nobody waits any more stays unknown, and nothing follows from it', async () => {
  const { clock, requests, log, ask, after } = setUp();
  void ask('spawn', () => after(500, 'yes'));
  void ask('end', () => after(500, new Error('no')));
  requests.giveUp();
  await clock.advance(5000);
  assert.equal(log, ['spawn TIMEOUT', 'end TIMEOUT']);
  assert.equal(
    [...requests.unanswered],
    [
      ['spawn', 1],
      ['end', 1],
    ],
  );
});

test.run();
