/** What is rehearsed before a load: every transition once for each agent, several at a time, and none left behind when one fails. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rehearse } from '../../scenarios/run/rehearse.ts';
import type { SystemUnderTest } from '../../scenarios/sut.ts';

/** Takes a few turns over each transition; `refuses` says which ones it does not do. */
function system(refuses: (doing: string) => boolean) {
  const seen = { calls: [] as string[], underWay: 0, most: 0 };
  const doing = (name: string) => async (id: string) => {
    seen.calls.push(`${name} ${id}`);
    seen.most = Math.max(seen.most, ++seen.underWay);
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    seen.underWay--;
    if (refuses(`${name} ${id}`)) throw new Error(`not ${name} ${id}`);
  };
  const sut = {
    spawn: async (orders: readonly { readonly id: string }[]) => {
      for (const { id } of orders) seen.calls.push(`spawn ${id}`);
      return orders;
    },
    pause: doing('pause'),
    resume: doing('resume'),
    complete: doing('complete'),
    forgetEnded: async () => void seen.calls.push('forget'),
  } as unknown as SystemUnderTest;
  return { sut, seen };
}

test('each agent lives through everything once, and several live at a time', async () => {
  const { sut, seen } = system(() => false);
  await rehearse(sut, 'r');
  const ids = ['r-1', 'r-2', 'r-3', 'r-4'];
  const all = ids.flatMap((id) => ['spawn', 'pause', 'resume', 'complete'].map((name) => `${name} ${id}`));
  assert.equal(seen.calls.toSorted(), [...all, 'forget'].toSorted());
  for (const id of ids)
    assert.equal(
      seen.calls.filter((call) => call.endsWith(id)).map((call) => call.split(' ')[0]),
      ['spawn', 'pause', 'resume', 'complete'],
    );
  assert.is(seen.calls.at(-1), 'forget');
  assert.ok(seen.most > 1, 'nothing met');
});

test('one that fails fails the rehearsal, once nothing is under way any more', async () => {
  const { sut, seen } = system((call) => call === 'pause r-2');
  try {
    await rehearse(sut, 'r');
  } catch (error) {
    assert.is((error as Error).message, 'not pause r-2');
    assert.is(seen.underWay, 0);
    assert.not(seen.calls.includes('forget'));
    return;
  }
  assert.unreachable('it was not told');
});

test.run();
