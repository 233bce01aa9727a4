/** A drill that is broken off by SIGKILL, whoever of it is killed, leaves nothing behind. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { descendantsOf } from '../../adapters/servers/process-table.ts';
import { resultIn, scratch, testbed, until, writeScenario } from '../bin/command-line.ts';
import { commandOf } from '../bin/processes.ts';
import { breakOff, nothingLeft, playRounds, underLoad } from '../chaos/nothing-stays.ts';

const folder = scratch();
// Servers run as somebody unprivileged, and are to have their data here.
chmodSync(folder.path, 0o755);
test.after(() => folder.remove());

const count = Number(process.env['TESTBED_ROUNDS'] ?? 3);
const seed = Number(process.env['TESTBED_SEED'] ?? 1);

test(`${count} rounds from seed ${seed}: whoever is killed, nothing stays behind`, async () => {
  let played = 0;
  await playRounds(count, seed, folder.path, ({ number, stack, victim, faults, processes }) => {
    played++;
    process.stdout.write(
      `round ${number} ${stack} ${victim}: ${faults.join(', ')}; ${processes} processes\n`,
    );
  });
  assert.is(played, count);
});

test('with everybody killed who watches, recover ends what is left, stopped or not', async () => {
  const faults = [
    { at: '0ms', fault: 'pause', on: 'storage.server' },
    { at: '0ms', fault: 'partition', on: 'bus.link' },
    { at: '0ms', fault: 'descriptor-exhaustion', on: 'process' },
  ];
  const workload = { phases: [{ name: 'steady', for: '10m' }] };
  const path = writeScenario(folder.path, 'recover', { stacks: ['redis+postgres'], workload, faults });
  const output = join(folder.path, 'recover');
  const played = await underLoad(path, output);
  if (!('child' in played)) return assert.unreachable(played.stdout);
  const { child, ended } = played;
  const stopped = (): boolean =>
    descendantsOf(child.pid as number).some(
      ({ pid, state }) => state === 'T' && /postgres/.test(commandOf(pid)),
    );
  await until('Postgres stands still', stopped);
  const standing = breakOff(child.pid as number, 'everybody who watches');
  await ended;
  const { code, stdout } = await testbed(['recover', resultIn(output)]);
  assert.is(code, 0, stdout);
  assert.match(stdout, /undone {2}SIGKILL to [\s\S]*: nothing is left/);
  await nothingLeft(standing, output, 'recover');
});

test.run();
