import { parseDuration } from '../../config/units.ts';
import { TestbedError } from '../../core/error.ts';
import { leaseDefaults } from '../../core/nodes/membership.ts';
import type { Command, Flags } from '../command.ts';
import { wholeNumber } from '../flags.ts';
import type { ServeOrder } from '../serve/protocol.ts';
import { serveUntilStopped, servingFlags, servingOrder } from '../serve/serve-command.ts';

export const node: Command = {
  name: 'node',
  usage: '--node NAME --stack NAME [--redis-url URL] [--postgres-url URL]',
  what: 'Runs one of several orchestrators on a stack that they share, with a gateway: it owns agents under a lease, takes over those of nodes that are gone, and hands over its own when it is asked to stop. Prints one line of JSON when it is ready.',
  positional: { least: 0, most: 0 },
  flags: [
    { name: 'node', value: 'NAME', what: 'what it is called; each node of one stack needs its own' },
    {
      name: 'lease',
      value: 'DURATION',
      what: `how long it need not renew its lease before others take its agents over; default ${leaseDefaults.leaseMs}ms. The same for all nodes of a stack`,
    },
    {
      name: 'rebalance',
      value: 'N',
      what: 'agents that it takes from nodes that have more, in the time of a lease at the most; default 0: none',
    },
    ...servingFlags,
  ],
  examples: [
    [
      'testbed node --node a --stack redis --redis-url redis://127.0.0.1:6379',
      'a node on a Redis that others can reach',
    ],
  ],
  run: (flags) => serveUntilStopped('node', servingOrder(flags, nameOf(flags), leaseOf(flags))),
};

function nameOf(flags: Flags): string {
  const name = flags.text('node');
  if (name !== undefined && /^[\w.-]+$/.test(name)) return name;
  const wrong = name === undefined ? 'is missing' : `${JSON.stringify(name)} is no name of a node`;
  throw new TestbedError('INVALID_CONFIG', `--node ${wrong} (allowed: letters, digits, - . and _)`);
}

function leaseOf(flags: Flags): ServeOrder['lease'] {
  const rebalance = wholeNumber(flags, 'rebalance', 0, 1_000_000_000, leaseDefaults.rebalance);
  const text = flags.text('lease') ?? `${leaseDefaults.leaseMs}ms`;
  const leaseMs = parseDuration(text);
  if (leaseMs >= 10) return { leaseMs, rebalance };
  throw new TestbedError('INVALID_CONFIG', `--lease ${text}: is too short (allowed: 10ms and more)`);
}
