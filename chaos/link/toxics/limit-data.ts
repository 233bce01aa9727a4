import type { ToxicKind } from './toxic-kind.ts';

export const limitData: ToxicKind<'bytes'> = {
  name: 'limit_data',
  what: 'the connection is closed once `bytes` bytes went through',
  attributes: { bytes: { unit: 'B', min: 0, max: Number.MAX_SAFE_INTEGER, default: 0 } },
  apply(connection, { directions, attributes }) {
    const lifts = connection
      .lanes(directions)
      .map((lane) => lane.limit(attributes.bytes, () => connection.close()));
    return () => {
      for (const lift of lifts) lift();
    };
  },
};
