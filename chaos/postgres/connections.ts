import type { Client } from 'pg';
import type { FaultKind } from '../fault.ts';
import { answers, connectPostgres, postgresOf } from './ask.ts';

/** A server that allows more than this is not filled: the connections would cost the machine more than the fault does. */
const most = 1000;
const tooMany = '53300';
const atOnce = 4;

export const postgresConnections: FaultKind = {
  name: 'postgres-connections',
  meaning: 'Somebody else takes every connection that is left (max_connections).',
  targets: ['server'],
  technology: 'postgres',
  options: {},
  prepare(target) {
    const server = postgresOf(target);
    const held: Client[] = [];
    return {
      undo: [],
      async inject() {
        for (let refused = false; !refused && held.length < most; ) {
          const tries = await Promise.allSettled(
            Array.from({ length: atOnce }, () => connectPostgres(server)),
          );
          for (const one of tries) {
            if (one.status === 'fulfilled') held.push(one.value);
            else if ((one.reason as { code?: string }).code === tooMany) refused = true;
            else throw one.reason;
          }
        }
      },
      async heal() {
        // A few at a time: the load that is watched shares this process, and must not be held up by what ends the fault.
        while (held.length > 0)
          await Promise.all(held.splice(0, atOnce).map((client) => client.end().catch(() => undefined)));
      },
      async inForce() {
        try {
          const client = await connectPostgres(server);
          await client.end();
          return false;
        } catch (error) {
          return (error as { code?: string }).code === tooMany;
        }
      },
      healed: () => answers(server),
    };
  },
};
