import { randomInt } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { durabilityLevels } from '../../adapters/adapter.ts';
import { resolveStack } from '../../config/stacks.ts';
import { TestbedError } from '../../core/error.ts';
import {
  gatewayLimits,
  resolveGatewayOptions,
  type SlowPolicy,
  slowPolicies,
} from '../../core/gateway/options.ts';
import type { Flag, Flags } from '../command.ts';
import { explain } from '../error-text.ts';
import { wholeNumber } from '../flags.ts';
import { givenServers, serverFlags } from '../given-servers.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { removeFolder } from '../remove-folder.ts';
import { version } from '../version.ts';
import type { ServeOrder } from './protocol.ts';
import { startServing } from './serving.ts';

const mostMs = 600_000;
const most = 1_000_000_000;

/** What can be said of a stack that is served, whoever serves it. */
export const servingFlags: readonly Flag[] = [
  { name: 'stack', value: 'NAME', what: 'NAME or BUS+STORAGE; default memory' },
  {
    name: 'host',
    value: 'HOST',
    what: 'where it listens; default 127.0.0.1. Elsewhere than on loopback it needs a token',
  },
  { name: 'port', value: 'N', what: 'default 0: a free one' },
  {
    name: 'token-file',
    value: 'FILE',
    what: 'holds the token that clients must show; also TESTBED_TOKEN, the token itself',
  },
  {
    name: 'namespace',
    value: 'NAME',
    what: 'prefix of what is kept on a server; gateways that share it see the same; default testbed',
  },
  {
    name: 'durability',
    value: 'LEVEL',
    what: `${durabilityLevels.join(', ')}, or an adapter's own; default none`,
  },
  {
    name: 'slow',
    value: 'POLICY',
    allowed: slowPolicies,
    what: 'what happens to a WebSocket that does not keep up; default disconnect',
  },
  {
    name: 'max-body',
    value: 'BYTES',
    what: `of a request and of a WebSocket message; default ${gatewayLimits.bodyBytes}`,
  },
  { name: 'max-connections', value: 'N', what: `at a time; default ${gatewayLimits.connections}` },
  { name: 'max-rate', value: 'N', what: 'requests a second of one address; default no limit' },
  {
    name: 'drain',
    value: 'MS',
    what: 'how long what is under way may take when it is asked to stop; default 5000',
  },
  ...serverFlags.map((flag) => ({
    ...flag,
    what: flag.what.replace(/\. .*$/, '. What is kept there stays'),
  })),
];

/** Serves until it is asked to stop; resolves to 0 when it was and could. `who`: the command. */
export async function serveUntilStopped(who: string, order: Omit<ServeOrder, 'directory'>): Promise<number> {
  const interrupt = listenForInterrupt();
  const directory = mkdtempSync(join(tmpdir(), 'testbed-serve-'));
  // Its name is no secret: the user that a server of ours runs as has to pass through to its own directory.
  chmodSync(directory, 0o711);
  try {
    const say = (text: string): void => void process.stderr.write(`testbed ${who}: ${text}\n`);
    const serving = await startServing({ ...order, directory }, interrupt.signal, say);
    process.stdout.write(`${JSON.stringify(serving.served)}\n`);
    const problem = await serving.ended;
    if (problem !== null) throw new TestbedError('UNAVAILABLE', problem);
    return 0;
  } finally {
    interrupt.stop();
    await removeFolder(directory);
  }
}

/** What the flags ask for; INVALID_CONFIG for what cannot be. `lease`: null for who is not one of several nodes. */
export function servingOrder(
  flags: Flags,
  node: string,
  lease: ServeOrder['lease'],
): Omit<ServeOrder, 'directory'> {
  const drainMs = wholeNumber(flags, 'drain', 0, mostMs, 5000);
  const rate = wholeNumber(flags, 'max-rate', 0, most, 0);
  const gateway = {
    host: flags.text('host') ?? '127.0.0.1',
    port: wholeNumber(flags, 'port', 0, 65_535, 0),
    token: tokenOf(flags, process.env),
    slow: (flags.text('slow') ?? 'disconnect') as SlowPolicy,
    limits: {
      bodyBytes: wholeNumber(flags, 'max-body', 1, most, gatewayLimits.bodyBytes),
      connections: wholeNumber(flags, 'max-connections', 1, most, gatewayLimits.connections),
      requestsPerS: rate === 0 ? null : rate,
    },
  };
  resolveGatewayOptions(gateway);
  return {
    stack: resolveStack(flags.text('stack') ?? 'memory'),
    durability: flags.text('durability') ?? 'none',
    given: givenServers(flags, process.env),
    namespace: flags.text('namespace') ?? 'testbed',
    node,
    lease,
    producer: randomInt(1, 2 ** 47),
    seed: randomInt(0, 2 ** 31),
    version: version(),
    gateway,
    drainMs,
  };
}

/** Not as a flag: whoever lists the processes of the machine reads those. */
function tokenOf(flags: Flags, env: NodeJS.ProcessEnv): string | null {
  const file = flags.text('token-file');
  if (file === undefined) return env['TESTBED_TOKEN'] ?? null;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new TestbedError('INVALID_CONFIG', `--token-file ${explain(error).text}`, { cause: error });
  }
}
