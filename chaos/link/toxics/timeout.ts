import type { ToxicKind } from './toxic-kind.ts';

export const timeout: ToxicKind<'timeout'> = {
  name: 'timeout',
  what: 'a blackhole: nothing gets through, and the connection is closed after `timeout` ms (0: never) or by the removal',
  attributes: { timeout: { unit: 'ms', min: 0, max: 3_600_000, default: 0 } },
  apply(connection, { directions, attributes }) {
    const close = (): void => connection.close();
    for (const lane of connection.lanes(directions)) lane.swallow(close);
    if (attributes.timeout > 0) connection.after(attributes.timeout, close);
    // Bytes are missing: what came after them must never be taken for what follows.
    return close;
  },
};
