/** A drill that is broken off by SIGKILL, whoever of it is killed, leaves nothing behind. */
import { chmodSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { scratch } from '../bin/command-line.ts';
import { playRounds } from './nothing-stays.ts';

const folder = scratch();
// Servers run as somebody unprivileged, and are to have their data here.
chmodSync(folder.path, 0o755);
test.after(() => folder.remove());

const count = Number(process.env['TESTBED_ROUNDS'] ?? 3);
const seed = Number(process.env['TESTBED_SEED'] ?? 1);

test(`${count} rounds from seed ${seed}: whoever is killed, nothing stays behind`, async () => {
  const rounds = await playRounds(count, seed, folder.path);
  assert.is(rounds.length, count);
  for (const { number, stack, victim, faults, processes } of rounds) {
    process.stdout.write(
      `round ${number} ${stack} ${victim}: ${faults.join(', ')}; ${processes} processes\n`,
    );
  }
});

test.run();
