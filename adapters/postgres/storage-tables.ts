import type { Agent } from '../../core/agent.ts';
import type { AgentFilter, SwarmFilter } from '../../core/storage.ts';
import type { Swarm } from '../../core/swarm.ts';
import type { ElementType } from './arrays.ts';
import type { Row } from './call.ts';
import { decodePayload, encodePayload } from './payload.ts';
import type { Tables } from './schema.ts';

/** A column of a versioned record, without `seq`, which the table gives. */
export interface Column<Item> {
  readonly name: string;
  readonly type: ElementType;
  write(item: Item): string | number | null;
}

/** How one kind of record lies in its table. `id` comes first and `version` second. */
export interface RecordTable<Item, Filter> {
  readonly name: string;
  readonly columns: readonly Column<Item>[];
  /** Which column a named condition is about. */
  readonly filters: { readonly [Name in keyof Filter]-?: string };
  /** From a row with the columns in order. */
  read(row: Row): Item;
}

const json = (text: string | null | undefined) => decodePayload(text as string);
const text = (value: string | null | undefined) => value as string;

/** JSON is kept as text: it comes back as it was, to the order of its names and the last digit. */
export const agentTable: RecordTable<Agent, AgentFilter> = {
  name: 'agents',
  columns: [
    { name: 'id', type: 'text', write: ({ id }) => id },
    { name: 'version', type: 'int8', write: ({ version }) => version },
    { name: 'status', type: 'text', write: ({ status }) => status },
    { name: 'swarm_id', type: 'text', write: ({ swarmId }) => swarmId },
    { name: 'parent_id', type: 'text', write: ({ parentId }) => parentId },
    { name: 'owner', type: 'text', write: ({ owner }) => owner },
    { name: 'attempt', type: 'int8', write: ({ attempt }) => attempt },
    { name: 'created_at', type: 'float8', write: ({ createdAt }) => createdAt },
    { name: 'updated_at', type: 'float8', write: ({ updatedAt }) => updatedAt },
    { name: 'task', type: 'text', write: ({ task }) => encodePayload(task) },
    { name: 'session', type: 'text', write: ({ session }) => encodePayload(session) },
    { name: 'result', type: 'text', write: ({ result }) => encodePayload(result) },
    { name: 'error', type: 'text', write: ({ error }) => error },
  ],
  filters: { status: 'status', swarmId: 'swarm_id', parentId: 'parent_id', owner: 'owner' },
  read: ([id, version, status, swarmId, parentId, owner, attempt, createdAt, updatedAt, ...rest]) => ({
    id: text(id),
    status: text(status) as Agent['status'],
    version: Number(version),
    swarmId: swarmId ?? null,
    parentId: parentId ?? null,
    owner: owner ?? null,
    attempt: Number(attempt),
    createdAt: Number(createdAt),
    updatedAt: Number(updatedAt),
    task: json(rest[0]),
    session: json(rest[1]),
    result: json(rest[2]),
    error: rest[3] ?? null,
  }),
};

export const swarmTable: RecordTable<Swarm, SwarmFilter> = {
  name: 'swarms',
  columns: [
    { name: 'id', type: 'text', write: ({ id }) => id },
    { name: 'version', type: 'int8', write: ({ version }) => version },
    { name: 'status', type: 'text', write: ({ status }) => status },
    { name: 'strategy', type: 'text', write: ({ strategy }) => strategy },
    { name: 'size', type: 'int8', write: ({ size }) => size },
    { name: 'created_at', type: 'float8', write: ({ createdAt }) => createdAt },
    { name: 'updated_at', type: 'float8', write: ({ updatedAt }) => updatedAt },
    { name: 'task', type: 'text', write: ({ task }) => encodePayload(task) },
    { name: 'result', type: 'text', write: ({ result }) => encodePayload(result) },
  ],
  filters: { status: 'status' },
  read: ([id, version, status, strategy, size, createdAt, updatedAt, task, result]) => ({
    id: text(id),
    status: text(status) as Swarm['status'],
    version: Number(version),
    strategy: text(strategy) as Swarm['strategy'],
    size: Number(size),
    createdAt: Number(createdAt),
    updatedAt: Number(updatedAt),
    task: json(task),
    result: json(result),
  }),
};

/**
 * `seq` is the order of insertion: pages go by it, so that a record which changes keeps its place. Room is left on each
 * page, so that a change of what is not indexed stays on its page and touches no index.
 */
export const storageTables: Tables = {
  part: 'storage',
  steps: [
    ({ quoted }) => `
      create table ${quoted}.agents (
        seq bigint generated always as identity primary key,
        id text not null unique,
        version bigint not null,
        status text not null,
        swarm_id text,
        parent_id text,
        owner text,
        attempt bigint not null,
        created_at float8 not null,
        updated_at float8 not null,
        task text not null,
        session text not null,
        result text not null,
        error text
      ) with (fillfactor = 80);
      create index on ${quoted}.agents (status, seq);
      create index on ${quoted}.agents (swarm_id, seq) where swarm_id is not null;
      create index on ${quoted}.agents (parent_id, seq) where parent_id is not null;
      create index on ${quoted}.agents (owner, seq) where owner is not null;
      create table ${quoted}.swarms (
        seq bigint generated always as identity primary key,
        id text not null unique,
        version bigint not null,
        status text not null,
        strategy text not null,
        size bigint not null,
        created_at float8 not null,
        updated_at float8 not null,
        task text not null,
        result text not null
      ) with (fillfactor = 80);
      create index on ${quoted}.swarms (status, seq);
      create table ${quoted}.events (
        seq bigint generated always as identity primary key,
        key text not null,
        type text not null,
        swarm_id text not null,
        producer bigint not null,
        sequence bigint not null,
        at float8 not null,
        sent_at float8 not null,
        data text not null
      );
      create index on ${quoted}.events (key, seq);`,
    // What a beat changes is apart from what every write that has a token locks.
    ({ quoted }) => `
      create table ${quoted}.lives (
        token bigint generated always as identity primary key,
        node text not null,
        address text,
        beat bigint not null default 0,
        load bigint not null default 0
      );
      create table ${quoted}.standing (token bigint primary key);`,
  ],
};
