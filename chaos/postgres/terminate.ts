import type { FaultKind } from '../fault.ts';
import { answers, askPostgres, othersOf, postgresOf } from './ask.ts';

export const postgresTerminate: FaultKind = {
  name: 'postgres-terminate',
  meaning: 'An administrator ends every connection of the clients (pg_terminate_backend).',
  targets: ['server'],
  technology: 'postgres',
  momentary: true,
  options: {},
  prepare(target) {
    const server = postgresOf(target);
    let ended: readonly number[] = [];
    return {
      undo: [],
      inject: () =>
        askPostgres(server, async (client) => {
          ended = await othersOf(client);
          await client.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [ended]);
        }),
      heal: async () => undefined,
      inForce: () =>
        askPostgres(server, async (client) => {
          const left = await othersOf(client);
          return ended.length > 0 && ended.every((pid) => !left.includes(pid));
        }),
      healed: () => answers(server),
    };
  },
};
