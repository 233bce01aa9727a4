import { type BinarySearch, findBinary } from '../../adapters/index.ts';
import { isTestbedError } from '../../core/error.ts';
import { lacking } from './example.ts';

/** Where Debian and Homebrew put servers. */
const folders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

const servers: { readonly [example: string]: BinarySearch } = {
  'nats-jetstream': {
    name: 'nats-server',
    variable: 'TESTBED_NATS_SERVER',
    folders,
    install: 'apt-get install -y nats-server',
  },
  bullmq: {
    name: 'redis-server',
    variable: 'TESTBED_REDIS_SERVER',
    folders,
    install: 'apt-get install -y redis-server',
  },
};

/** Examples that are buses on a server. */
export const busExamples: readonly string[] = Object.keys(servers);

/**
 * Why an example cannot be played on this machine, with the command that installs what is missing; null when it can.
 * With CI=true that is thrown.
 */
export function unplayable(example: string): string | null {
  const why = missing(example);
  if (why !== null && process.env['CI'] === 'true') throw new Error(`examples/${example}: ${why}`);
  return why;
}

function missing(example: string): string | null {
  const command = lacking(example);
  if (command !== null) return `its packages are not installed: ${command}`;
  const search = servers[example];
  try {
    if (search !== undefined) findBinary(search);
    return null;
  } catch (error) {
    if (!isTestbedError(error, 'UNSUPPORTED')) throw error;
    return error.message;
  }
}
