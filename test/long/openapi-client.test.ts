/** A client that nobody here wrote: made by a generator from the document that a gateway serves, and used on that gateway. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { scratch } from '../bin/command-line.ts';
import { gateways, type Site } from '../core/gateway/gateways.ts';

const run = promisify(execFile);
const folder = scratch();
test.after(() => folder.remove());

/** The generator needs a compiler with an API, which ours has no more: it is installed by itself, 35 MB, once. */
const home = resolve(import.meta.dirname, '../../node_modules/.cache/testbed-openapi-ts');
const releases = ['@hey-api/openapi-ts@0.99.0', 'typescript@5.9.3'];
const install = `npm install --prefix ${home} ${releases.join(' ')}`;
const program = join(home, 'node_modules/@hey-api/openapi-ts/bin/run.js');

// What npm would have to fetch is fetched where nothing may be skipped, and nowhere else by a test.
const isThere = existsSync(program) || process.env['CI'] === 'true';
if (!isThere) process.stdout.write(`SKIP a generated client: its generator is not installed (${install})\n`);

async function generator(): Promise<string> {
  if (!existsSync(program)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...releases], { cwd: home });
  }
  return program;
}

interface Answered {
  readonly data?: unknown;
  readonly error?: { readonly error: { readonly code: string } };
  readonly response: { readonly status: number };
}
type Sdk = { readonly [operation: string]: (options?: object) => Promise<Answered> };

/** Every operation of the document as a function, by its `operationId`. */
async function clientOf(url: string): Promise<{ readonly sdk: Sdk; readonly document: Document }> {
  const document = await (await fetch(`${url}/openapi.json`)).text();
  writeFileSync(join(folder.path, 'document.json'), document);
  const config = {
    input: join(folder.path, 'document.json'),
    output: { path: join(folder.path, 'client'), importFileExtension: '.ts' },
    plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
    logs: { file: false },
  };
  writeFileSync(join(folder.path, 'config.mjs'), `export default ${JSON.stringify(config)};`);
  await run(process.execPath, [await generator(), '-f', join(folder.path, 'config.mjs')], {
    cwd: folder.path,
  });
  const made = (file: string) => import(pathToFileURL(join(folder.path, 'client', file)).href);
  const [sdk, { client }] = await Promise.all([made('sdk.gen.ts'), made('client.gen.ts')]);
  client.setConfig({ baseUrl: url });
  return { sdk, document: JSON.parse(document) };
}

interface Document {
  readonly paths: {
    readonly [path: string]: { readonly [method: string]: { readonly operationId: string } };
  };
}

(isThere ? test : test.skip)('a client generated from the OpenAPI document does what it says', async () => {
  const [site] = (await gateways(1)) as [Site];
  const { sdk, document } = await clientOf(site.url);
  const operations = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  assert.ok(operations.length > 25, `${operations.length} operations`);
  for (const name of operations) assert.type(sdk[name], 'function', name);

  const call = async (name: string, options?: object): Promise<Answered> => {
    const operation = sdk[name];
    assert.ok(operation, name);
    return operation(options);
  };
  const done = async (name: string, options?: object): Promise<Record<string, unknown>> => {
    const { data, error } = await call(name, options);
    assert.is(error, undefined, `${name}: ${JSON.stringify(error)}`);
    return data as Record<string, unknown>;
  };
  assert.is((await done('createSwarm', { body: { id: 's', strategy: 'parallel', size: 2 } }))['id'], 's');
  assert.is((await done('spawnAgent', { body: { id: 'a-b', task: { do: 'this' } } }))['status'], 'running');
  const many = {
    agents: [
      { id: 'c', swarmId: 's' },
      { id: 'd', swarmId: 's' },
    ],
  };
  assert.is(((await done('spawnAgents', { body: many }))['agents'] as unknown[]).length, 2);
  assert.is((await done('pauseAgent', { path: { id: 'a-b' } }))['status'], 'paused');
  assert.is((await done('resumeAgent', { path: { id: 'a-b' } }))['status'], 'running');
  assert.is(
    (await done('completeAgent', { path: { id: 'a-b' }, body: { result: [1] } }))['status'],
    'completed',
  );
  assert.equal((await done('getAgent', { path: { id: 'a-b' } }))['result'], [1]);
  const page = await done('listAgents', { query: { status: 'running', limit: 1 } });
  assert.is((page['items'] as unknown[]).length, 1);
  const rest = await done('listAgents', { query: { status: 'running', limit: 10, after: page['next'] } });
  assert.is((rest['items'] as unknown[]).length, 1);
  assert.equal(await done('countAgents', { query: { status: 'running' } }), { count: 2 });

  const event = { type: 'text_delta', agentId: 'c', data: 'hi' };
  assert.equal(await done('publishEvents', { body: { events: [event, event] } }), { accepted: 2 });
  assert.equal(await done('sendMessage', { body: { topic: 'agent.c.commands', type: 'command' } }), {
    accepted: 1,
  });
  const heard = await done('listEvents', { query: { type: ['text_delta'], agentId: 'c' } });
  assert.is((heard['items'] as unknown[]).length, 2);
  assert.is((await call('ready')).response.status, 200);

  const refused = [
    ['getAgent', { path: { id: 'nobody' } }, 404, 'NOT_FOUND'],
    ['pauseAgent', { path: { id: 'a-b' } }, 409, 'ILLEGAL_TRANSITION'],
    ['spawnAgent', { body: { id: 'c' } }, 409, 'DUPLICATE'],
    ['spawnAgent', { body: { id: 'no spaces' } }, 400, 'INVALID_ARGUMENT'],
  ] as const;
  for (const [name, options, status, code] of refused) {
    const { error, response } = await call(name, options);
    assert.equal([response.status, error?.error.code], [status, code], name);
  }
  await site.close();
  assert.equal(site.faults, []);
});

test.run();
