import type { ToxicKind } from './toxic-kind.ts';

export const resetPeer: ToxicKind<'timeout'> = {
  name: 'reset_peer',
  what: 'both ends are reset `timeout` ms after it took force or they connected, idle or not',
  attributes: { timeout: { unit: 'ms', min: 0, max: 3_600_000, default: 0 } },
  apply(connection, { attributes }) {
    if (attributes.timeout > 0) return connection.after(attributes.timeout, () => connection.reset());
    // Not by a timer: a question would be answered before it fires.
    connection.reset();
    return () => undefined;
  },
};
