/**
 * Servers given by URL over TLS, by the command line as anybody types it: with the authority that they are signed by, and
 * with another's, which is refused in one message that holds no password.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { safetyOf } from '../../adapters/postgres/durability.ts';
import { postgresStorage } from '../../adapters/postgres/index.ts';
import { postgresProgram, serveProgram } from '../../adapters/postgres/server.ts';
import { redisProgram } from '../../adapters/redis/server.ts';
import { freePort } from '../../adapters/servers/free-port.ts';
import type { Home } from '../../adapters/servers/home.ts';
import { type ProcessServer, serveProcess } from '../../adapters/servers/process-server.ts';
import type { Program } from '../../adapters/servers/program.ts';
import { isTestbedError } from '../../core/error.ts';
import { formats } from '../../reports/formats/table-of-formats.ts';
import { readResult } from '../../reports/read-result.ts';
import { type Ended, testbed } from '../bin/command-line.ts';

const directory = mkdtempSync(join(tmpdir(), 'testbed-tls-'));
// The servers' own users look for their certificates here.
chmodSync(directory, 0o755);
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

const password = 'hunter2';
const scenario = join(directory, 'short.yaml');
writeFileSync(
  scenario,
  `name: short
workload:
  agents: 2
  subscribers: 1
  arrivals: constant
  events: 100/s
  phases: [{ name: steady, for: 200ms }]
stacks: [memory]
checks: [no-lost-acked]
`,
);

/** A certificate for 127.0.0.1 that is its own authority, and its key. */
function certificate(name: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(directory, `${name}.pem`), join(directory, `${name}.key`)];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    ],
    { stdio: 'pipe' },
  );
  return { cert, key };
}

/** Puts the server's certificate and key into its home, as its own. */
async function install(home: Home, { cert, key }: ReturnType<typeof certificate>): Promise<void> {
  chmodSync(key, 0o644);
  await home.run('cp', [cert, 'server.pem']);
  await home.run('cp', [key, 'server.key']);
  await home.run('chmod', ['600', 'server.key']);
}

const ours = certificate('ours');
const others = certificate('others');

/** Redis as we start it, with a second port that speaks TLS alone and a user with a password. */
function redisWithTls(tlsPort: number): Program {
  const plain = redisProgram({ appendonly: 'no', appendfsync: 'no' });
  return {
    ...plain,
    prepare: (home) => install(home, ours),
    arguments: (home, port) => [
      ...plain.arguments(home, port),
      ...['--tls-port', String(tlsPort), '--tls-auth-clients', 'no', '--user', 'me', 'on', `>${password}`],
      ...['~*', '&*', '+@all', '--tls-cert-file', 'server.pem', '--tls-key-file', 'server.key'],
    ],
  };
}

function postgresWithTls(): Program {
  const plain = postgresProgram(safetyOf['none'] as NonNullable<(typeof safetyOf)[string]>);
  return {
    ...plain,
    async prepare(home) {
      await plain.prepare?.(home);
      await install(home, ours);
    },
    arguments: (home, port) => [
      ...plain.arguments(home, port),
      ...['-c', 'ssl=on', '-c', `ssl_cert_file=${join(home.directory, 'server.pem')}`],
      ...['-c', `ssl_key_file=${join(home.directory, 'server.key')}`],
    ],
  };
}

/** Null where there is no server to be had: said, and with CI=true a failure. */
async function orNone(start: () => Promise<ProcessServer>): Promise<ProcessServer | null> {
  try {
    return await start();
  } catch (error) {
    if (process.env['CI'] === 'true' || !isTestbedError(error, 'UNSUPPORTED')) throw error;
    process.stdout.write(`SKIP: ${error.message}\n`);
    return null;
  }
}

const tlsPort = await freePort();
const redis = await orNone(() => serveProcess(redisWithTls(tlsPort), { directory }));
const postgres = await orNone(() =>
  serveProgram(postgresWithTls(), { directory, namespace: '', durability: 'none', options: {} }),
);
test.after(async () => {
  await redis?.close();
  await postgres?.close();
});

/** One short cell on the server at this address; `authority` is trusted besides those of the system. */
function play(stack: 'redis' | 'postgres', url: string, authority?: string): Promise<Ended> {
  return testbed(['run', scenario, '--stacks', stack, `--${stack}-url`, url, '--output', directory], {
    env: { NODE_EXTRA_CA_CERTS: authority },
  });
}

/** It ran; a busy machine may have kept it from judging. */
function assertPlayed({ code, stdout, stderr }: Ended, secret: string): void {
  assert.ok(code === 0 || /generator too slow|schedule overrun/.test(stdout), stdout + stderr);
  assert.match(stdout, /no-lost-acked|checks +1 of 1/);
  assert.not.match(stdout + stderr, secret);
}

function assertRefused({ code, stdout, stderr }: Ended, why: RegExp, secret: string): void {
  // Lines are broken to the width of a terminal.
  const said = `${stdout} ${stderr}`.replace(/\s+/g, ' ');
  assert.is(code, 4, said);
  assert.is(said.split(why).length, 2, `not said once: ${said}`);
  assert.not.match(said, secret);
}

const redisTest = redis === null ? test.skip : test;
const secure = `rediss://me:${password}@127.0.0.1:${tlsPort}`;

redisTest('rediss:// with the authority that signed it', async () => {
  assertPlayed(await play('redis', secure, ours.cert), password);
});

redisTest('rediss:// signed by whom nobody here trusts is refused', async () => {
  assertRefused(await play('redis', secure, others.cert), /its certificate is not trusted/, password);
});

const postgresTest = postgres === null ? test.skip : test;

/** With these options of the client; its password is the server's own. */
function over(options: string): { readonly url: string; readonly secret: string } {
  const url = postgres?.address.url ?? '';
  return { url: `${url}?${options}`, secret: new URL(url).password };
}

postgresTest('postgres:// with sslmode=require and the authority from the environment', async () => {
  const { url, secret } = over('sslmode=require');
  assertPlayed(await play('postgres', url, ours.cert), secret);
});

postgresTest('postgres:// signed by whom nobody here trusts is refused', async () => {
  const { url, secret } = over(`sslmode=verify-full&sslrootcert=${others.cert}`);
  assertRefused(await play('postgres', url), /its certificate is not trusted/, secret);
});

for (const [options, refusal] of [
  ['sslmode=no-verify', null],
  ['sslmode=disable', null],
  [`sslmode=verify-full&sslrootcert=${ours.cert}`, null],
  ['sslmode=verify-full', /its certificate is not trusted/],
  ['sslmode=verify-full&sslrootcert=/nowhere.pem', /nowhere\.pem/],
] as const) {
  postgresTest(`postgres:// with ${options.replace(directory, '')}`, async () => {
    const { url, secret } = over(options);
    const place = { directory, namespace: 'tls', durability: 'none', options: {} };
    try {
      const { close, purge } = await postgresStorage.open(place, { url });
      await purge?.();
      await close();
      assert.is(refusal, null);
    } catch (error) {
      if (!isTestbedError(error) || refusal === null) throw error;
      assert.is(error.code, 'INVALID_CONFIG');
      assert.match(error.message, refusal);
      assert.not.match(error.message, secret);
    }
  });
}

test('no password is in any file that runs have left, nor in any format of their results', async () => {
  const secrets = [...(redis === null ? [] : [password]), ...(postgres === null ? [] : [over('').secret])];
  const folders = globSync('*/index.json', { cwd: directory }).map((file) => join(directory, dirname(file)));
  assert.ok(folders.length >= 2 * secrets.length);
  for (const folder of folders) {
    const files = globSync('**', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.some(({ name }) => name === 'run.log'));
    const result = await readResult(folder);
    const left = [
      ...files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')),
      ...Object.values(formats).map((reporter) => reporter(result, {})),
    ];
    assert.ok(
      left.some((text) => text.includes('run started')),
      'the log is among what was looked at',
    );
    for (const secret of secrets)
      assert.is(
        left.some((text) => text.includes(secret)),
        false,
        folder,
      );
  }
});

test.run();
