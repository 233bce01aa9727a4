import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { nativeCode, translate } from '../../adapters/sqlite/errors.ts';
import { isTestbedError, messageOf, TestbedError } from '../../core/error.ts';
import { parseIndex, parseRecord } from '../../reports/read-result.ts';
import type { RunRecord } from '../../reports/record.ts';
import { makeFolder } from '../results-folder.ts';
import type { Baseline, BaselineFacts } from './baseline.ts';
import { cellFacts } from './cell-facts.ts';
import { readNumbers, type StoredNumber } from './numbers.ts';
import { openStore } from './open-store.ts';
import { packed, unpacked } from './packed.ts';
import { type FactsRow, factsChecksum, type IndexRow, indexChecksum, insertRecord } from './rows.ts';

/** Where results are kept when nobody says otherwise: in the folder that one works in. */
export const defaultStore = '.testbed/history.db';

const columns = 'id, name, saved_at, commit_id, branch, fingerprint, configuration, checksum';

/** Saved results in one SQLite file. Several processes may use it at once; each change is all done or not at all. */
export class History {
  readonly #db: Database.Database;
  readonly #file: string;

  constructor(db: Database.Database, file: string) {
    this.#db = db;
    this.#file = file;
  }

  /** Adds results, all or none. INVALID_CONFIG when there is one of that name, unless they are to follow it. */
  save(baselines: readonly Baseline[], how: { readonly append: boolean }): void {
    this.#asking(() => {
      this.#db
        .transaction(() => {
          const known = baselines.find(({ name }) => !how.append && this.#has(name));
          if (known !== undefined) throw this.#taken(known.name);
          for (const baseline of baselines) this.#insert(baseline);
        })
        .immediate();
    });
  }

  /** Of one name or of all, the oldest first. */
  facts(name?: string): readonly BaselineFacts[] {
    return this.#rows(name).map(factsOf);
  }

  /** The result that was saved last under a name. INVALID_CONFIG when there is none, or its records are damaged. */
  async latest(name: string): Promise<Baseline> {
    return this.#whole(this.#named(name).at(-1) as FactsRow);
  }

  /** All results of a name, the oldest first; as `latest`. */
  async all(name: string): Promise<readonly Baseline[]> {
    const found: Baseline[] = [];
    for (const row of this.#named(name)) found.push(await this.#whole(row));
    return found;
  }

  /** One metric, as records name it, of all runs of a name, the oldest first. INVALID_CONFIG when there is no such name. */
  numbers(name: string, metric: string): readonly StoredNumber[] {
    this.#named(name);
    return this.#asking(() => readNumbers(this.#db, name, metric, (what) => damaged(this.#file, what)));
  }

  /** Keeps the newest `keep` of a name, or of each; returns what is gone. INVALID_CONFIG for a name that is not there. */
  prune(keep: number, name?: string): readonly BaselineFacts[] {
    const newest = new Map<string, number>();
    const rows = name === undefined ? this.#rows() : this.#named(name);
    const gone = rows.toReversed().filter((row) => {
      const before = newest.get(row.name) ?? 0;
      newest.set(row.name, before + 1);
      return before >= keep;
    });
    this.#asking(() => {
      const remove = this.#db.prepare('DELETE FROM baselines WHERE id = ?');
      this.#db.transaction(() => gone.forEach(({ id }) => void remove.run(id))).immediate();
      if (gone.length > 0) this.#db.exec('VACUUM');
    });
    return gone.toReversed().map(factsOf);
  }

  close(): void {
    this.#db.close();
  }

  #has(name: string): boolean {
    return this.#db.prepare('SELECT 1 FROM baselines WHERE name = ?').get(name) !== undefined;
  }

  #rows(name?: string): readonly FactsRow[] {
    const rows = this.#asking(() => {
      const where = name === undefined ? '' : 'WHERE name = ?';
      const query = this.#db.prepare(`SELECT ${columns} FROM baselines ${where} ORDER BY id`);
      return (name === undefined ? query.all() : query.all(name)) as (FactsRow & { checksum: number })[];
    });
    const spoiled = rows.find((row) => factsChecksum(row) !== row.checksum);
    if (spoiled === undefined) return rows;
    throw damaged(this.#file, `what is said of baseline ${spoiled.name} is not what was written`);
  }

  #named(name: string): readonly FactsRow[] {
    const rows = this.#rows(name);
    if (rows.length > 0) return rows;
    const names = [...new Set(this.#rows().map((row) => row.name))];
    const known = names.length === 0 ? 'it is empty' : `it has: ${names.join(', ')}`;
    throw new TestbedError(
      'INVALID_CONFIG',
      `${this.#file}: no baseline is called ${JSON.stringify(name)}; ${known}`,
    );
  }

  #insert({ result, ...facts }: Baseline): void {
    const { name, savedAt, commit, branch, fingerprint, configuration } = facts;
    const row = { name, saved_at: savedAt, commit_id: commit, branch, fingerprint, configuration };
    const index = { directory: result.directory, result_index: JSON.stringify(result.index) };
    const { lastInsertRowid: id } = this.#db
      .prepare(
        `INSERT INTO baselines (name, saved_at, commit_id, branch, fingerprint, configuration, directory, result_index,
           checksum, index_checksum)
         VALUES (@name, @saved_at, @commit_id, @branch, @fingerprint, @configuration, @directory, @result_index,
           @checksum, @index_checksum)`,
      )
      .run({ ...row, ...index, checksum: factsChecksum(row), index_checksum: indexChecksum(index) });
    const keep = this.#db.prepare('INSERT INTO documents VALUES (?, ?, ?)');
    for (const [cell, record] of result.records.entries()) {
      if (record === null) continue;
      const { scenario, stack, metrics } = record;
      const { title, configuration, doubtful } = cellFacts(record);
      const numbers = JSON.stringify(metrics);
      insertRecord(this.#db, [id, cell, scenario, stack, title, configuration, doubtful, numbers]);
      keep.run(id, cell, packed(JSON.stringify(record)));
    }
  }

  /** Read as a results folder is: by its schema, and held against itself. */
  async #whole(row: FactsRow): Promise<Baseline> {
    const { directory, result_index, index_checksum, documents } = this.#asking(() => ({
      ...(this.#db
        .prepare('SELECT directory, result_index, index_checksum FROM baselines WHERE id = ?')
        .get(row.id) as IndexRow & { index_checksum: number }),
      documents: this.#db.prepare('SELECT cell, document FROM documents WHERE baseline = ?').all(row.id) as {
        cell: number;
        document: Buffer;
      }[],
    }));
    const where = `${this.#file}, baseline ${row.name}`;
    if (indexChecksum({ directory, result_index }) !== index_checksum)
      throw damaged(where, 'its index is not what was written');
    const index = await parseIndex(result_index, where);
    const records: (RunRecord | null)[] = index.cells.map(() => null);
    for (const { cell, document } of documents) {
      records[cell] = await parseRecord(this.#unpacked(document, where), `${where}, cell ${cell + 1}`);
    }
    const lost = index.cells.findIndex(({ record }, at) => record !== null && records[at] === null);
    if (lost >= 0) throw damaged(where, `the record of cell ${lost + 1} is gone`);
    return { ...factsOf(row), result: { directory, index, records, doubts: [] } };
  }

  #unpacked(document: Buffer, where: string): string {
    try {
      return unpacked(document);
    } catch (error) {
      throw damaged(where, messageOf(error));
    }
  }

  #taken(name: string): TestbedError {
    const message = `${this.#file}: there is a baseline ${name} already; --append saves this one after it, prune ${name} --keep 0 removes it`;
    return new TestbedError('INVALID_CONFIG', message);
  }

  #asking<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw explained(error, this.#file);
    }
  }
}

/** Does `action` with the store, and closes it. INVALID_CONFIG when it is damaged, or is not there and is not to be made. */
export async function withHistory<T>(
  file: string,
  how: { readonly create: boolean },
  action: (history: History) => Promise<T> | T,
): Promise<T> {
  if (!existsSync(file)) {
    if (!how.create) {
      const message = `${file}: there is no history yet; testbed baseline save NAME RESULT begins one`;
      throw new TestbedError('INVALID_CONFIG', message);
    }
    makeFolder(dirname(resolve(file)));
  }
  const history = new History(await opened(file), file);
  try {
    return await action(history);
  } finally {
    history.close();
  }
}

async function opened(file: string): Promise<Database.Database> {
  try {
    return await openStore(file);
  } catch (error) {
    throw explained(error, file);
  }
}

/** A damaged store is bad input, as a damaged result is; what the disk or another process does is not. */
function explained(error: unknown, file: string): unknown {
  const told = translate(error, file);
  const native = nativeCode(error);
  const isDamage =
    (isTestbedError(told, 'CORRUPT') && native !== undefined) ||
    // The file ends before it should, or what was JSON is none.
    native === 'SQLITE_IOERR_SHORT_READ' ||
    (native === 'SQLITE_ERROR' && messageOf(error) === 'malformed JSON');
  return isDamage ? damaged(file, messageOf(error)) : told;
}

function damaged(where: string, why: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', `${where}: damaged, or no history of testbed: ${why}`);
}

function factsOf({ name, saved_at, commit_id, branch, fingerprint, configuration }: FactsRow): BaselineFacts {
  return { name, savedAt: saved_at, commit: commit_id, branch, fingerprint, configuration };
}
