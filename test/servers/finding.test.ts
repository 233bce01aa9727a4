/** Where a server's program, port and user are found, and what is said when they are not. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findAccount } from '../../adapters/servers/account.ts';
import { type BinarySearch, findBinary } from '../../adapters/servers/find-binary.ts';
import { ephemeralPorts, freePort, isFree, serverPorts } from '../../adapters/servers/free-port.ts';
import { logTail } from '../../adapters/servers/log-tail.ts';
import { isTestbedError } from '../../core/error.ts';

const root = mkdtempSync(join(tmpdir(), 'finding-'));
test.after(() => rmSync(root, { recursive: true, force: true }));

function program(folder: string, mode = 0o755): string {
  mkdirSync(join(root, folder), { recursive: true });
  const file = join(root, folder, 'some-server');
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, mode);
  return file;
}

const onPath = program('bin');
const version9 = program('lib/9/bin');
const version15 = program('lib/15/bin');
const elsewhere = program('elsewhere');
program('not-executable', 0o644);

const search: BinarySearch = {
  name: 'some-server',
  variable: 'SOME_SERVER',
  folders: [join(root, 'lib/*/bin')],
  install: 'apt-get install -y some-server',
};

const found: readonly (readonly [what: string, environment: { [name: string]: string }, file: string])[] = [
  ['on PATH', { PATH: `${root}/nowhere:${root}/bin` }, onPath],
  ['in a usual folder, the highest version', { PATH: '/nowhere' }, version15],
  ['by the variable, as a file, before PATH', { PATH: `${root}/bin`, SOME_SERVER: elsewhere }, elsewhere],
  ['by the variable, as a folder', { PATH: `${root}/bin`, SOME_SERVER: `${root}/lib/9/bin` }, version9],
  ['an empty variable is none', { PATH: `${root}/bin`, SOME_SERVER: '' }, onPath],
  ['what cannot be run is passed over', { PATH: `${root}/not-executable:${root}/bin` }, onPath],
];

for (const [what, environment, file] of found) {
  test(`a program is found ${what}`, () => {
    assert.is(findBinary(search, environment), file);
  });
}

test('a missing program: UNSUPPORTED, with the command that installs it', () => {
  try {
    findBinary({ ...search, folders: [] }, { PATH: `${root}/nowhere` });
    assert.unreachable();
  } catch (error) {
    assert.ok(isTestbedError(error, 'UNSUPPORTED'));
    assert.match((error as Error).message, 'apt-get install -y some-server');
    assert.match((error as Error).message, 'SOME_SERVER');
  }
});

test('a variable that names no program: INVALID_CONFIG, whatever is on PATH', () => {
  const environment = { PATH: `${root}/bin`, SOME_SERVER: `${root}/not-executable` };
  assert.throws(
    () => findBinary(search, environment),
    (error: unknown) => isTestbedError(error, 'INVALID_CONFIG'),
  );
});

const ranges = [
  ['usual', { low: 32_768, high: 60_999 }, { low: 10_000, high: 32_767 }],
  ['starting low', { low: 1_024, high: 60_999 }, { low: 61_000, high: 65_535 }],
  ['everything', { low: 1_024, high: 65_535 }, { low: 10_000, high: 65_535 }],
] as const;

for (const [what, ephemeral, expected] of ranges) {
  test(`ports lie outside the ephemeral range: ${what}`, () => {
    assert.equal(serverPorts(ephemeral), expected);
  });
}

test('a free port is free, in our range, and another the next time', async () => {
  const { low, high } = serverPorts(ephemeralPorts());
  const ports = [await freePort(), await freePort(), await freePort()];
  for (const port of ports) assert.ok(port >= low && port <= high && (await isFree(port)));
  assert.is(new Set(ports).size, 3);
});

test('a port that somebody listens on is not free', async () => {
  const port = await freePort();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  assert.not(await isFree(port));
  await new Promise((resolve) => other.close(resolve));
  assert.ok(await isFree(port));
});

const passwd =
  'root:x:0:0:root:/root:/bin/sh\nredis:x:102:105::/var/lib/redis:/usr/sbin/nologin\nnobody:x:65534:65534::/:/bin/false\n';

test('an account is the first of the names that the machine knows, and never root', () => {
  assert.equal(findAccount(['redis', 'nobody'], passwd), { name: 'redis', uid: 102, gid: 105 });
  assert.equal(findAccount(['postgres', 'nobody'], passwd), { name: 'nobody', uid: 65_534, gid: 65_534 });
  assert.is(findAccount(['root'], passwd), undefined);
  assert.is(findAccount(['red'], passwd), undefined);
});

test('the last lines of a log, however long it is', () => {
  const file = join(root, 'log');
  writeFileSync(file, Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join(''));
  assert.is(logTail(file, 2), 'line 49998\nline 49999');
  writeFileSync(file, '');
  assert.is(logTail(file), '');
});

test.run();
