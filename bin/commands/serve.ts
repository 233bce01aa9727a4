import type { Command } from '../command.ts';
import { serveUntilStopped, servingFlags, servingOrder } from '../serve/serve-command.ts';

export const serve: Command = {
  name: 'serve',
  usage: '[--stack NAME] [--host HOST] [--port N]',
  what: 'Serves an orchestrator on a stack over HTTP and WebSocket, until it is asked to stop. Prints one line of JSON when it is ready.',
  positional: { least: 0, most: 0 },
  flags: [
    {
      name: 'node',
      value: 'NAME',
      what: 'owns the agents spawned here; default main. Each gateway of one stack needs its own',
    },
    ...servingFlags,
  ],
  examples: [
    ['testbed serve', 'an orchestrator in memory on a free port'],
    ['testbed serve --stack redis+postgres --port 8080', 'on a Redis and a Postgres that are started for it'],
    [
      'testbed serve --stack redis --redis-url redis://127.0.0.1:6379 --node second',
      'one more gateway of a stack',
    ],
  ],
  run: (flags) => serveUntilStopped('serve', servingOrder(flags, flags.text('node') ?? 'main', null)),
};
