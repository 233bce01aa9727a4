/** A Redis of ours, directly and through a link without a fault, in the same rounds. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { serveRedis } from '../../adapters/redis/server.ts';
import { startLinkProcess } from '../../chaos/link/link.ts';
import { median } from './figure.ts';
import { inRounds, pairOf } from './rounds.ts';
import { byCallers, rateOf } from './server-load.ts';

const [commands, underWay, inTurn, rounds] = [40_000, 100, 2_000, 9];
/** So many that it is about the way, and little about setting up 50 connections. */
const pipelined = 2_000_000;

/** Commands a second of one client that keeps 100 under way. */
function busyClient(client: Redis): Promise<number> {
  const keys = Array.from({ length: commands }, (_, index) => `key-${index % 100}`);
  return rateOf(commands, () => byCallers(underWay, keys, (key) => client.set(key, 'x'.repeat(64))));
}

/** The median time of a command whose predecessor has been answered, in ms. */
async function lonelyCommand(client: Redis): Promise<number> {
  const taken: number[] = [];
  for (let turn = 0; turn < inTurn; turn++) {
    const startedMs = performance.now();
    await client.get('key-1');
    taken.push(performance.now() - startedMs);
  }
  return median(taken);
}

async function benchmark(port: number): Promise<number> {
  const args = ['-p', String(port), '-P', '100', '-c', '50', '-n', String(pipelined), '-t', 'get', '--csv'];
  const { stdout } = await promisify(execFile)('redis-benchmark', args);
  const rate = Number(/^"GET","([\d.]+)"/m.exec(stdout)?.[1]);
  if (Number.isNaN(rate)) throw new Error(`redis-benchmark said ${stdout}`);
  return rate;
}

async function startBarePipe(port: string): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const file = join(import.meta.dirname, 'bare-pipe.ts');
  const child = spawn(process.execPath, ['--no-warnings', file, port], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(String(said)), child };
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'testbed-bench-link-'));
  const server = await serveRedis({ directory, namespace: '', durability: 'none', options: {} });
  const links = await startLinkProcess({ seed: 1 });
  const { host: upstream, port } = new URL(server.address.url);
  const { address } = await links.open({ name: 'redis', upstream });
  const bare = await startBarePipe(port);
  const [direct, through] = [new Redis(Number(port)), new Redis(address.port)];
  try {
    const taken = await inRounds(rounds, {
      clientThrough: () => busyClient(through),
      clientDirect: () => busyClient(direct),
      pipelinedThrough: () => benchmark(address.port),
      pipelinedBare: () => benchmark(bare.port),
      pipelinedDirect: () => benchmark(Number(port)),
      lonelyThrough: () => lonelyCommand(through),
      lonelyDirect: () => lonelyCommand(direct),
    });
    process.stdout.write(
      JSON.stringify({
        client: pairOf(taken.clientThrough, taken.clientDirect),
        pipelined: pairOf(taken.pipelinedThrough, taken.pipelinedDirect),
        bare: pairOf(taken.pipelinedThrough, taken.pipelinedBare),
        p50Ms: { through: taken.lonelyThrough, direct: taken.lonelyDirect },
      }),
    );
  } finally {
    for (const client of [direct, through]) client.disconnect();
    bare.child.stdin?.end();
    await links.close();
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
