import { test } from 'uvu';
import { findBinary } from '../../adapters/servers/find-binary.ts';
import { isTestbedError } from '../../core/error.ts';

/** The server itself is found by the adapter; here only whether there is one. */
function hasRedis(): boolean {
  try {
    findBinary({
      name: 'redis-server',
      variable: 'TESTBED_REDIS_SERVER',
      folders: ['/usr/bin'],
      install: '',
    });
    return true;
  } catch (error) {
    if (process.env['CI'] === 'true' || !isTestbedError(error, 'UNSUPPORTED')) throw error;
    process.stdout.write(`SKIP redis: ${error.message}\n`);
    return false;
  }
}

/** A test that needs a Redis: skipped, and said to be, where there is none; in CI that fails. */
export const onRedis = hasRedis() ? test : test.skip;
