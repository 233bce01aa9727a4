/** A node over its lives, as a real process: it comes back as soon as what it needs can be reached. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../../core/clock.ts';
import { isTestbedError } from '../../../core/error.ts';
import { NodeProcess } from '../../../scenarios/node/process.ts';

const file = fileURLToPath(new URL('../../doubles/slow-node.ts', import.meta.url));

function nodeUnreachableIn(...lives: readonly number[]) {
  return new NodeProcess({
    fork: () => fork(file, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
    orderFor: (life) => ({ life, unreachableIn: lives }),
    clock: systemClock,
  });
}

test('a node that has lived is begun again until its bus can be reached', async () => {
  const node = nodeUnreachableIn(2, 3);
  try {
    await node.start();
    await node.kill();
    await node.start();
    assert.is(node.pids.length, 4);
    assert.is(await node.answers(), true);
  } finally {
    await node.close();
  }
});

test('one that never was there says why at once', async () => {
  const node = nodeUnreachableIn(1);
  let said: unknown;
  await node.start().catch((error: unknown) => {
    said = error;
  });
  assert.ok(isTestbedError(said, 'UNAVAILABLE'));
  assert.match((said as Error).message, 'nobody listens');
  assert.is(node.pids.length, 1);
  await node.close();
});

test.run();
