import { formatAddress } from '../../chaos/link/address.ts';
import { startApi } from '../../chaos/link/api.ts';
import { Relays } from '../../chaos/link/relays.ts';
import { systemClock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Command, Flags } from '../command.ts';
import { wholeNumber } from '../flags.ts';
import { listenForInterrupt } from '../interrupt.ts';

/** Where Toxiproxy's clients look for it. */
const usualApi = '127.0.0.1:8474';

/** What the API calls the link of the command line. */
const linkName = 'link';

export const link: Command = {
  name: 'link',
  usage: '[--listen HOST:PORT --upstream HOST:PORT]',
  what: 'Passes connections on to a server, over a link that any Toxiproxy client can make bad, until it is interrupted. Without addresses it has no link yet: clients make them.',
  positional: { least: 0, most: 0 },
  flags: [
    {
      name: 'listen',
      value: 'HOST:PORT',
      what: 'where clients of the server connect instead; port 0 is a free one',
    },
    { name: 'upstream', value: 'HOST:PORT', what: 'the server' },
    { name: 'api', value: 'HOST:PORT', what: `where Toxiproxy clients connect; ${usualApi} unless told` },
    { name: 'seed', value: 'N', what: 'of jitter and toxicity; 1 unless told' },
    { name: 'allow-remote', value: null, what: 'listen also where other machines can connect' },
  ],
  examples: [
    [
      'testbed link --listen 127.0.0.1:26379 --upstream 127.0.0.1:6379',
      'a link to a Redis, called "link" in the API',
    ],
    ['testbed link --api 127.0.0.1:8475', 'in place of a toxiproxy-server, on a port of its own'],
  ],
  run: runLink,
};

async function runLink(flags: Flags): Promise<number> {
  const [listen, upstream] = [flags.text('listen'), flags.text('upstream')];
  if ((listen === undefined) !== (upstream === undefined)) {
    throw new TestbedError('INVALID_CONFIG', '--listen and --upstream go together');
  }
  const seed = wholeNumber(flags, 'seed', 0, Number.MAX_SAFE_INTEGER, 1);
  const relays = new Relays({ clock: systemClock, seed, allowRemote: flags.has('allow-remote') });
  const interrupt = listenForInterrupt();
  try {
    const made =
      upstream === undefined
        ? null
        : await relays.create({ name: linkName, upstream, ...(listen && { listen }) });
    const api = await startApi(relays, flags.text('api') ?? usualApi);
    const way = made === null ? '' : `${formatAddress(made.listen)} -> ${formatAddress(made.upstream)}, `;
    process.stdout.write(`${way}API ${api.url}, seed ${seed}\n`);
    await new Promise((resolve) => interrupt.signal.addEventListener('abort', resolve, { once: true }));
    await api.close();
    return 130;
  } finally {
    interrupt.stop();
    await relays.close();
  }
}
