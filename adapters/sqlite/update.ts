import type Database from 'better-sqlite3';
import { type Columns, type Nulls, setAll, setOthers, setOthersOfMany } from './update-sql.ts';

/** A record as it is to be stored. */
export interface Row {
  readonly id: string;
  readonly version: number;
  readonly nulls: Nulls;
  /** The values of the columns that are not null. */
  readonly values: readonly unknown[];
}

/** Rows alike that one statement stores. Wider saves nothing more. */
const width = 20;

export function toRow(id: string, version: number, all: readonly unknown[]): Row {
  const values: unknown[] = [];
  let nulls = 0;
  for (let at = 0; at < all.length; at++) {
    if (all[at] === null) nulls |= 1 << at;
    else values.push(all[at]);
  }
  return { id, version, nulls, values };
}

/**
 * Compare-and-set of rows, each for itself and in their order; returns those that were not stored. Inside a transaction.
 *
 * To bind a value and to make a call cost about as much as what SQLite does with them. So nulls are not bound: there are
 * statements for each set of columns that are null, prepared when first needed, about a dozen for the lives that agents
 * lead. And rows with the same nulls are stored by one statement; it only says how many it stored, so when that is not
 * all of them, or they name one id twice, it is undone and each is stored by itself.
 */
export function createUpdate(
  db: Database.Database,
  table: Columns,
): (rows: readonly Row[]) => readonly Row[] {
  const mark = db.prepare('SAVEPOINT rows');
  const undo = db.prepare('ROLLBACK TO rows');
  const release = db.prepare('RELEASE rows');
  const many = preparedOnce(db, (nulls) => setOthersOfMany(table, nulls, width));
  const others = preparedOnce(db, (nulls) => setOthers(table, nulls));
  const all = preparedOnce(db, (nulls) => setAll(table, nulls));

  const storeOne = ({ id, version, nulls, values }: Row): boolean => {
    const bound = [version, ...values, id, version - 1];
    return others(nulls).run(...bound).changes === 1 || all(nulls).run(...bound).changes === 1;
  };

  /** All of them or none. */
  const storeMany = (rows: readonly Row[], nulls: Nulls): boolean => {
    const bound: unknown[] = [];
    for (const { id, version, values } of rows) bound.push(id, version, ...values);
    mark.run();
    const stored = many(nulls).run(...bound).changes === rows.length;
    if (!stored) undo.run();
    release.run();
    return stored;
  };

  return (rows) => {
    const refused: Row[] = [];
    for (let from = 0; from < rows.length; ) {
      const { nulls } = rows[from] as Row;
      let to = from + 1;
      while (to < from + width && rows[to]?.nulls === nulls) to++;
      const alike = rows.slice(from, to);
      if (alike.length < width || !storeMany(alike, nulls)) {
        for (const row of alike) if (!storeOne(row)) refused.push(row);
      }
      from = to;
    }
    return refused;
  };
}

function preparedOnce(
  db: Database.Database,
  sqlOf: (nulls: Nulls) => string,
): (nulls: Nulls) => Database.Statement {
  const prepared = new Map<Nulls, Database.Statement>();
  return (nulls) => {
    let statement = prepared.get(nulls);
    if (statement === undefined) {
      statement = db.prepare(sqlOf(nulls));
      prepared.set(nulls, statement);
    }
    return statement;
  };
}
