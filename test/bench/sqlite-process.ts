/**
 * Our SQLite storage beside better-sqlite3 by itself: the same tables, indexes, rows, transactions of 100 and
 * durability (NORMAL). By itself: a prepared statement a row inside `db.transaction`, as its documentation has it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { storageSchema } from '../../adapters/sqlite/schema.ts';
import { sqliteStorage } from '../../adapters/sqlite/storage.ts';
import type { Agent } from '../../core/agent.ts';
import type { Message } from '../../core/message.ts';
import type { Storage } from '../../core/storage.ts';
import { median } from './figure.ts';
import { agentAt, eventBatches } from './server-load.ts';

const [perTransaction, appendBatches, agentCount, updateRounds, rounds] = [100, 800, 2000, 30, 12];
const folder = mkdtempSync(join(import.meta.dirname, '.sqlite-'));

const appended = eventBatches(appendBatches * perTransaction, perTransaction);

function agentsAt(version: number): Agent[][] {
  return Array.from({ length: agentCount / perTransaction }, (_, batch) =>
    Array.from({ length: perTransaction }, (_, index): Agent => {
      const agent = agentAt(`agent-${batch * perTransaction + index}`, version);
      return { ...agent, swarmId: `swarm-${index % 10}` };
    }),
  );
}
const agentVersions = Array.from({ length: updateRounds + 1 }, (_, at) => agentsAt(at + 1));

/** Rows a second of each kind. */
interface Speed {
  readonly append: number;
  readonly update: number;
}

/** `insert` prepares the agents; `append` and `update` are what is timed. */
interface Side {
  append(events: readonly Message[]): Promise<void> | void;
  insert(agents: readonly Agent[]): Promise<void> | void;
  update(agents: readonly Agent[]): Promise<unknown> | unknown;
}

async function race({ append, insert, update }: Side): Promise<Speed> {
  const [first = [], ...later] = agentVersions;
  for (const batch of first) await insert(batch);
  const appendMs = await timed(async () => {
    for (const batch of appended) await append(batch);
  });
  const updateMs = await timed(async () => {
    for (const version of later) for (const batch of version) await update(batch);
  });
  return {
    append: (appendBatches * perTransaction) / (appendMs / 1000),
    update: (agentCount * updateRounds) / (updateMs / 1000),
  };
}

async function timed(act: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return performance.now() - startedMs;
}

async function throughOurs(directory: string): Promise<Speed> {
  const { port, close } = await sqliteStorage.open({
    directory,
    namespace: 'bench',
    durability: 'sqlite-normal',
    options: {},
  });
  const { agents, events }: Storage = port;
  const speed = await race({
    append: (batch) => events.append(batch),
    insert: (batch) => agents.insert(batch),
    async update(batch) {
      const refused = await agents.update(batch);
      if (refused.length > 0) throw new Error(`${refused.length} updates were refused`);
    },
  });
  await close();
  return speed;
}

async function byItself(directory: string): Promise<Speed> {
  const db = new Database(join(directory, 'raw.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  for (const step of storageSchema) db.exec(step);
  const insertEvent = db.prepare(
    'INSERT INTO events (key, type, swarm_id, producer, sequence, at, sent_at, data, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertAgent = db.prepare(
    `INSERT INTO agents (id, version, status, swarm_id, parent_id, owner, attempt, created_at, updated_at, task, session,
     result, error, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const updateAgent = db.prepare(
    `UPDATE agents SET version = ?, status = ?, attempt = ?, updated_at = ?, task = ?, session = ?, result = ?, error = ?
     WHERE id = ? AND version = ?`,
  );
  const speed = await race({
    append: db.transaction((batch: readonly Message[]) => {
      for (const { key, type, swarmId, producer, sequence, at, sentAt, data } of batch) {
        insertEvent.run(key, type, swarmId, producer, sequence, at, sentAt, data, 0);
      }
    }),
    insert: db.transaction((batch: readonly Agent[]) => {
      for (const agent of batch) {
        const {
          id,
          version,
          status,
          swarmId,
          parentId,
          owner,
          attempt,
          createdAt,
          updatedAt,
          task,
          session,
        } = agent;
        insertAgent.run(
          id,
          version,
          status,
          swarmId,
          parentId,
          owner,
          attempt,
          createdAt,
          updatedAt,
          task,
          session,
          null,
          null,
          0,
        );
      }
    }),
    update: db.transaction((batch: readonly Agent[]) => {
      for (const { id, version, status, attempt, updatedAt, task, session, result, error } of batch) {
        const { changes } = updateAgent.run(
          version,
          status,
          attempt,
          updatedAt,
          task,
          session,
          result,
          error,
          id,
          version - 1,
        );
        if (changes !== 1) throw new Error(`${id} was not updated`);
      }
    }),
  });
  db.close();
  return speed;
}

/** Rounds of both, in turn, each on a fresh file; the first of each warms up. */
async function main(): Promise<void> {
  const ours: Speed[] = [];
  const raw: Speed[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [side, speeds] of round % 2 === 0
        ? ([
            [throughOurs, ours],
            [byItself, raw],
          ] as const)
        : ([
            [byItself, raw],
            [throughOurs, ours],
          ] as const)) {
        speeds.push(await side(mkdtempSync(join(folder, 'round-'))));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const both = (kind: keyof Speed) => {
    const pairs = ours
      .map((speed, round) => [speed[kind], raw[round]?.[kind] ?? Number.NaN] as const)
      .slice(1);
    return {
      ours: median(pairs.map(([one]) => one)),
      raw: median(pairs.map(([, other]) => other)),
      ratio: median(pairs.map(([one, other]) => one / other)),
    };
  };
  process.stdout.write(JSON.stringify({ append: both('append'), update: both('update') }));
}

await main();
