import type { ToxicKind } from './toxic-kind.ts';

export const down: ToxicKind<never> = {
  name: 'down',
  what: 'connections are closed and new ones refused; by chance (`toxicity`) once for the link, not for each connection',
  attributes: {},
  takesDown: true,
  apply: () => () => {},
};
