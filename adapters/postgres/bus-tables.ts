import type { Schema, Tables } from './schema.ts';

/**
 * The bus. A row of `bus_entry` holds several messages: `count` of them, whose offsets end with `id`; with them the channel has
 * had `total` messages.
 *
 * No reader misses what commits late: appends to a channel take turns, by a lock that is held until the commit is seen, so
 * that offsets are given out in the order in which rows become visible, and "id > last" is safe. Nobody else's long
 * transaction holds readers up, as it would if they waited for every transaction older than the row.
 *
 * Offsets start from the server's clock in microseconds, or after the last. A sequence could give an offset out twice: after a
 * crash that lost the end of the log, and a reader who had seen the lost row would then pass over the new one.
 */
export const busTables: Tables = {
  part: 'bus',
  steps: [
    (schema) => `
      create table ${schema.quoted}.bus_channel (
        id int generated always as identity primary key,
        name text not null unique,
        pruned_to bigint not null default 0
      );
      create table ${schema.quoted}.bus_entry (
        channel int not null,
        id bigint not null,
        count int not null,
        total bigint not null,
        body text not null,
        primary key (channel, id)
      ) with (toast_tuple_target = 8160);
      alter table ${schema.quoted}.bus_entry alter body set storage external;
      create table ${schema.quoted}.bus_fence (publisher text primary key, epoch int not null);
      create table ${schema.quoted}.bus_group (
        channel int not null,
        name text not null,
        version bigint not null default 0,
        position bigint not null,
        parked text not null default '[]',
        claims text not null default '[]',
        primary key (channel, name)
      ) with (fillfactor = 20);
      create table ${schema.quoted}.bus_member (
        id text primary key,
        channel int not null,
        team text not null,
        alive_until timestamptz not null
      );
      create index on ${schema.quoted}.bus_member (channel, team);
      ${append(schema)}
      ${fence(schema)}
      ${prune(schema)}`,
  ],
};

function turnOf({ lockClass }: Schema): string {
  return `pg_advisory_xact_lock(${lockClass}, -chan)`;
}

function append(schema: Schema): string {
  const { quoted } = schema;
  return `
    create function ${quoted}.bus_append(chan int, who text, at_epoch int, counts int[], bodies text[])
    returns void language plpgsql as $$
    declare
      last bigint;
      so_far bigint;
    begin
      perform ${turnOf(schema)};
      if exists (select from ${quoted}.bus_fence f where f.publisher = who and f.epoch > at_epoch) then
        raise 'its publisher has given this append up';
      end if;
      select e.id, e.total into last, so_far from ${quoted}.bus_entry e where e.channel = chan order by e.id desc limit 1;
      if last is null then
        select c.pruned_to, 0 into last, so_far from ${quoted}.bus_channel c where c.id = chan;
      end if;
      last := greatest(last, floor(extract(epoch from clock_timestamp()) * 1000000)::bigint);
      insert into ${quoted}.bus_entry (channel, id, count, total, body)
        select chan, last + sum(new.count) over place, new.count, so_far + sum(new.count) over place, new.body
        from unnest(counts, bodies) with ordinality as new (count, body, place) window place as (order by new.place);
    end $$;`;
}

/** After it returned, an append that was sent before has happened or never will. */
function fence(schema: Schema): string {
  const { quoted } = schema;
  return `
    create function ${quoted}.bus_raise_fence(chan int, who text, at_epoch int) returns void language plpgsql as $$
    begin
      perform ${turnOf(schema)};
      insert into ${quoted}.bus_fence values (who, at_epoch)
        on conflict (publisher) do update set epoch = excluded.epoch;
    end $$;`;
}

/**
 * Removes the oldest entries as long as `keep` messages remain, up to the offset `needed_after` at the most. Entries count
 * the messages up to their end, so that this reads no more than it removes.
 */
function prune({ quoted }: Schema): string {
  return `
    create function ${quoted}.bus_prune(chan int, keep bigint, needed_after bigint) returns void language plpgsql as $$
    declare
      newest bigint;
      cut bigint;
    begin
      select e.total into newest from ${quoted}.bus_entry e where e.channel = chan order by e.id desc limit 1;
      select e.id - e.count into cut from ${quoted}.bus_entry e
        where e.channel = chan and (e.total > newest - keep or e.id > needed_after) order by e.id limit 1;
      delete from ${quoted}.bus_entry e where e.channel = chan and e.id <= cut;
      if found then
        update ${quoted}.bus_channel c set pruned_to = greatest(c.pruned_to, cut) where c.id = chan;
      end if;
    end $$;`;
}
