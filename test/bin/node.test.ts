/** `testbed node`: real commands in processes of their own, on one Redis, asked over HTTP. */
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { start } from './command-line.ts';
import { onRedis } from './on-redis.ts';
import { assertRefused, type Refusal } from './refusals.ts';

interface Ready {
  readonly url: string;
  readonly node: string;
  readonly servers: { readonly redis?: string };
}

interface Owned {
  readonly id: string;
  readonly owner: string;
}

/** Starts a command and waits for the line that says where it is. */
async function ready(args: readonly string[]) {
  const started = start(args);
  const [line] = (await once(started.child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const end = async (): Promise<number | null> => {
    started.child.kill('SIGTERM');
    return (await started.ended).code;
  };
  return { ready: JSON.parse(String(line)) as Ready, end };
}

async function ask(url: string, path: string, method = 'GET'): Promise<{ status: number; body: Owned }> {
  const answer = await fetch(`${url}${path}`, { method });
  return { status: answer.status, body: (await answer.json()) as Owned };
}

onRedis(
  'nodes by hand: each owns what is spawned there, and hands over when it is asked to stop',
  async () => {
    // A namespace apart from the nodes': here for its server.
    const { ready: host, end: endHost } = await ready(['serve', '--stack', 'redis', '--namespace', 'apart']);
    const there = ['--stack', 'redis', '--redis-url', host.servers.redis as string];
    const a = await ready(['node', '--node', 'a', '--lease', '500ms', ...there]);
    const b = await ready(['node', '--node', 'b', '--lease', '500ms', ...there]);
    const { body: agent } = await ask(a.ready.url, '/agents', 'POST');
    assert.match(agent.owner, /^a#\d+$/);
    const pause = (): Promise<{ status: number }> => ask(b.ready.url, `/agents/${agent.id}/pause`, 'POST');
    assert.is((await pause()).status, 421);
    assert.is(await a.end(), 0);
    const { body: taken } = await ask(b.ready.url, `/agents/${agent.id}`);
    assert.match(taken.owner, /^b#\d+$/);
    assert.is((await pause()).status, 200);
    assert.equal([await b.end(), await endHost()], [0, 0]);
  },
);

test('nodes by hand: what cannot be is said, and nothing is started', async () => {
  const rows: readonly Refusal[] = [
    [[], 3, /--node is missing \(allowed: letters, digits/],
    [['--node', 'a b'], 3, /--node "a b" is no name of a node/],
    [['--node', 'a', '--lease', '1ms'], 3, /--lease 1ms: is too short \(allowed: 10ms and more\)/],
    [['--node', 'a', '--lease', 'soon'], 3, /"soon"/],
    [['--node', 'a', '--stack', 'memory'], 4, /nodes share servers, and memory has none/],
    [['--node', 'a', '--stack', 'sqlite'], 4, /nodes share servers, and sqlite has none/],
  ];
  await assertRefused('node', rows);
});

test.run();
