import type { ToxicKind } from './toxic-kind.ts';

export const halfOpen: ToxicKind<never> = {
  name: 'half_open',
  what: 'the server goes away and says nothing: the client keeps a connection that nobody answers, until the removal resets it',
  attributes: {},
  severs: true,
  apply(connection) {
    connection.loseServer();
    return () => connection.reset();
  },
};
