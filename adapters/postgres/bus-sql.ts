import type { Statement } from './call.ts';
import { entryMessages } from './packing.ts';
import { keptForGood, type Schema } from './schema.ts';

/** Rows of one read; how many of them are given out goes by their size. */
export const readRows = 256;

const roles = {
  /** name -> id */
  channel: true,
  /** channel -> offset of the newest message, offset up to which they were pruned */
  ends: false,
  /** channel, publisher, epoch, counts, bodies */
  append: true,
  /** channel, publisher, epoch */
  fence: true,
  /** channel, after, bytes -> id, count, body, rows found before the cut by bytes, offset up to which they were pruned */
  read: false,
  /** channel, froms, tos -> id, count, body of the entries that hold any of these offsets */
  readSpans: false,
  /** channel, keep, offset after which all is needed */
  prune: true,
  /** channel -> position, parked, claims of each group */
  groups: false,
  /** channel, group, position: does nothing to a group that exists */
  found: true,
  /** channel, group, bytes -> version, position, parked, claims, members alive, then as `read` */
  group: false,
  /** channel, group, version, position, parked, claims: changes one row, or none when somebody else was first */
  exchange: true,
  /** member, channel, group, lease in ms: joins, or stays */
  stay: true,
  /** member */
  leave: true,
} as const;

export type BusStatements = { readonly [role in keyof typeof roles]: Statement };

export function busStatements({ quoted }: Schema): BusStatements {
  /** Entries after a position until they weigh so many bytes: bodies are only read once it is known which. */
  const next = (channel: string, position: string, bytes: string): string => `
    select entry.id, entry.count, entry.body, bound.found from (
      select max(id) filter (where before < ${bytes}) as last, count(*) as found from (
        select id, sum(size) over (order by id) - size as before from (
          select id, octet_length(body) as size from ${quoted}.bus_entry
          where channel = ${channel} and id > ${position} order by id limit ${readRows}
        ) as sized
      ) as measured
    ) as bound join ${quoted}.bus_entry as entry
      on entry.channel = ${channel} and entry.id > ${position} and entry.id <= bound.last`;
  const texts: { readonly [role in keyof typeof roles]: string } = {
    channel: `with kept as materialized (${keptForGood('select')}), made as (
        insert into ${quoted}.bus_channel (name) select $1 from kept on conflict (name) do nothing returning id
      ) select id from made union all select id from ${quoted}.bus_channel where name = $1`,
    ends: `select greatest(pruned_to, (select max(id) from ${quoted}.bus_entry where channel = $1)), pruned_to
      from ${quoted}.bus_channel where id = $1`,
    append: `select ${quoted}.bus_append($1, $2, $3, $4, $5)`,
    fence: `select ${quoted}.bus_raise_fence($1, $2, $3)`,
    read: `select id, count, body, found, (select pruned_to from ${quoted}.bus_channel where id = $1)
      from (${next('$1', '$2', '$3')}) as entries order by id`,
    // An entry that holds an offset ends less than its length after it. The limit, which is never reached, keeps the
    // planner to the index.
    readSpans: `select distinct on (e.id) e.id, e.count, e.body
      from unnest($2::bigint[], $3::bigint[]) as span (low, high) cross join lateral (
        select id, count, body from ${quoted}.bus_entry
        where channel = $1 and id >= span.low and id < span.high + ${entryMessages} and id - count < span.high
        order by id limit span.high - span.low + 1
      ) as e order by e.id`,
    prune: `select ${quoted}.bus_prune($1, $2, $3)`,
    groups: `select position, parked, claims from ${quoted}.bus_group where channel = $1`,
    found: `with kept as materialized (${keptForGood('select')}), forgotten as (
        delete from ${quoted}.bus_member where alive_until < clock_timestamp() - interval '1 hour'
      ) insert into ${quoted}.bus_group (channel, name, position) select $1, $2, $3 from kept on conflict do nothing`,
    group: `select g.version, g.position, g.parked, g.claims, (
          select json_agg(m.id) from ${quoted}.bus_member m
          where m.channel = $1 and m.team = $2 and m.alive_until > clock_timestamp()
        ), e.id, e.count, e.body, e.found
      from ${quoted}.bus_group g left join lateral (${next('$1', 'g.position', '$3')}) as e on true
      where g.channel = $1 and g.name = $2 order by e.id`,
    exchange: `update ${quoted}.bus_group set version = version + 1, position = $4, parked = $5, claims = $6
      where channel = $1 and name = $2 and version = $3`,
    stay: `insert into ${quoted}.bus_member (id, channel, team, alive_until)
      values ($1, $2, $3, clock_timestamp() + $4::int * interval '1 millisecond')
      on conflict (id) do update set alive_until = excluded.alive_until`,
    leave: `delete from ${quoted}.bus_member where id = $1`,
  };
  const statements = Object.entries(roles).map(([role, writes]) => {
    const text = texts[role as keyof typeof roles];
    return [role, { name: `bus.${role}`, text, writes } satisfies Statement];
  });
  return Object.fromEntries(statements);
}
