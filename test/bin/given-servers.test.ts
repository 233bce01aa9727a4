import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Command } from '../../bin/command.ts';
import { parseFlags } from '../../bin/flags.ts';
import { givenServers, serverFlags, withoutSecrets } from '../../bin/given-servers.ts';

const command: Command = {
  name: 'run',
  usage: '',
  what: '',
  positional: { least: 0, most: 0 },
  flags: serverFlags,
  examples: [],
  run: async () => 0,
};

const given = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  givenServers(parseFlags(command, argv), env);

test('a flag wins over the environment; what neither names is started', () => {
  const env = { TESTBED_REDIS_URL: 'redis://one:6379', TESTBED_POSTGRES_URL: 'postgres://u@h/db' };
  assert.equal(given([], {}), {});
  assert.equal(given([], { TESTBED_REDIS_URL: '' }), {});
  assert.equal(given(['--redis-url', 'rediss://two'], env), {
    redis: { url: 'rediss://two' },
    postgres: { url: 'postgres://u@h/db' },
  });
});

const refused: readonly (readonly [argv: readonly string[], env: NodeJS.ProcessEnv, names: string])[] = [
  [['--redis-url', 'http://:hunter2@host'], {}, '--redis-url'],
  [['--redis-url', 'hunter2'], {}, '--redis-url'],
  [['--redis-url', 'redis:hunter2'], {}, '--redis-url'],
  [['--postgres-url', 'redis://:hunter2@host'], {}, '--postgres-url'],
  [[], { TESTBED_POSTGRES_URL: 'mysql://u:hunter2@host/db' }, 'TESTBED_POSTGRES_URL'],
];

for (const [argv, env, names] of refused) {
  test(`no address: ${names} ${argv[1] ?? ''}`.replace('hunter2', '...'), () => {
    try {
      given(argv, env);
      assert.unreachable();
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      assert.is(code, 'INVALID_CONFIG');
      assert.match(message, names);
      assert.not.match(message, 'hunter2');
    }
  });
}

const written: readonly (readonly [words: readonly string[], text: string])[] = [
  [['testbed', 'run', '--stacks', 'redis'], 'testbed run --stacks redis'],
  [['--redis-url', 'redis://:hunter2@h:1'], '--redis-url redis://:***@h:1'],
  [['run', 'redis:/me:hunter2@h/0: no such file'], 'run redis:/me:***@h/0: no such file'],
  [['--redis-url=rediss://me:hunter2@h'], '--redis-url=rediss://me:***@h'],
  [
    ['--postgres-url', 'postgres://h/db?user=u&password=hunter2&x=1'],
    '--postgres-url postgres://h/db?user=u&password=***&x=1',
  ],
];

for (const [words, text] of written) {
  test(`written down: ${text}`, () => assert.is(withoutSecrets(words), text));
}

test.run();
