/** What breaks any adapter, whatever its port. */
import type { Adapter, Traits } from '../../../adapters/adapter.ts';

/** The same adapter with another port behind it. */
export function withPort<Port, T extends Traits>(
  adapter: Adapter<Port, T>,
  change: (port: Port) => Port,
): Adapter<Port, T> {
  return {
    ...adapter,
    async open(place, address) {
      const connection = await adapter.open(place, address);
      return { ...connection, port: change(connection.port) };
    },
  };
}

export function withTraits<Port, T extends Traits>(
  adapter: Adapter<Port, T>,
  traits: Partial<T>,
): Adapter<Port, T> {
  return {
    ...adapter,
    traits: { ...adapter.traits, ...traits },
    // What it is opened with is what the adapter inside can do.
    open: (place, address) => adapter.open({ ...place, durability: 'none' }, address),
  };
}

export const worksAfterClose = <Port, T extends Traits>(adapter: Adapter<Port, T>): Adapter<Port, T> => ({
  ...adapter,
  open: async (place, address) => ({ ...(await adapter.open(place, address)), close: async () => {} }),
});

export const closesOnlyOnce = <Port, T extends Traits>(adapter: Adapter<Port, T>): Adapter<Port, T> => ({
  ...adapter,
  async open(place, address) {
    const connection = await adapter.open(place, address);
    let closed = false;
    return {
      ...connection,
      async close() {
        if (closed) throw new Error('closed already');
        closed = true;
        await connection.close();
      },
    };
  },
});

export const takesAnyOption = <Port, T extends Traits>(adapter: Adapter<Port, T>): Adapter<Port, T> => ({
  ...adapter,
  open: (place, address) => adapter.open({ ...place, options: {} }, address),
});

export const takesAnyDurability = <Port, T extends Traits>(adapter: Adapter<Port, T>): Adapter<Port, T> => ({
  ...adapter,
  open: (place, address) => adapter.open({ ...place, durability: 'none' }, address),
});
