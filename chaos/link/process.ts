/**
 * The process that links live in: what they cost is not the load's, and a stall of the load is not theirs. Takes orders
 * by IPC, and ends when that channel does, whatever became of its parent.
 */
import { systemClock } from '../../core/clock.ts';
import { isTestbedError, messageOf, TestbedError } from '../../core/error.ts';
import { parseAddress } from './address.ts';
import { startApi } from './api.ts';
import type { FromLink, LinkOrders, OrderKind, ToLink } from './protocol.ts';
import { Relays } from './relays.ts';
import { toToxic } from './toxic.ts';

let relays: Relays | null = null;

function begun(): Relays {
  if (relays === null) throw new TestbedError('INVALID_ARGUMENT', 'the first order is to begin');
  return relays;
}

const carryOut: {
  readonly [Kind in OrderKind]: (order: LinkOrders[Kind]['order']) => Promise<LinkOrders[Kind]['answer']>;
} = {
  async begin({ seed, api }) {
    relays = new Relays({ clock: systemClock, seed });
    return { api: api === undefined ? null : (await startApi(relays, api)).url };
  },
  async open(input) {
    return (await begun().create(input)).listen;
  },
  async close({ link }) {
    await begun().remove(link);
    return null;
  },
  async add({ link, toxic }) {
    const resolved = toToxic(toxic);
    await begun().get(link).add(resolved);
    return resolved.name;
  },
  async remove({ link, name }) {
    await begun().get(link).remove(name);
    return null;
  },
  async lead({ link, upstream }) {
    const relay = begun().get(link);
    await relay.move(relay.listen, parseAddress(upstream));
    return null;
  },
  async reset({ link }) {
    await begun().get(link).reset();
    return null;
  },
  stats: async ({ link }) => begun().get(link).stats,
};

async function answer({ id, kind, order }: ToLink): Promise<FromLink> {
  try {
    return { id, answer: await (carryOut[kind] as (order: unknown) => Promise<unknown>)(order) };
  } catch (error) {
    return { id, error: { code: isTestbedError(error) ? error.code : null, message: messageOf(error) } };
  }
}

process.on('message', async (message: ToLink) => {
  const reply = await answer(message);
  if (process.connected) process.send?.(reply);
});
process.on('disconnect', () => process.exit(0));
