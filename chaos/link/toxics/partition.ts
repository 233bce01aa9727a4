import type { ToxicKind } from './toxic-kind.ts';

export const partition: ToxicKind<never> = {
  name: 'partition',
  what: 'nothing gets through, connections stay; at the removal those that lost nothing go on, the others are reset',
  attributes: {},
  severs: true,
  apply(connection, { directions }) {
    const cuts = connection.lanes(directions).map((lane) => lane.swallow());
    return () => {
      const lost = cuts.map((mend) => mend()).some(Boolean);
      if (lost || connection.isSevered) connection.reset();
    };
  },
};
