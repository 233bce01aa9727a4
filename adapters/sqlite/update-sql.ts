/** What an update knows of its table. */
export interface Columns {
  readonly name: string;
  readonly columns: readonly string[];
  /** Rarely change, and are indexed: SQLite rewrites the index of each column that an UPDATE sets, changed or not. */
  readonly steady: readonly string[];
}

/** A bit for each column, of `columns` and then of `steady`, that becomes NULL: said by the statement, not bound. */
export type Nulls = number;

/** Sets every column. Binds the new version, the values that are not null, the id, and the version expected. */
export function setAll({ name, columns, steady }: Columns, nulls: Nulls): string {
  const set = [...columns, ...steady].map((column, at) => `${column} = ${isNull(nulls, at) ? 'NULL' : '?'}`);
  return `UPDATE ${name} SET version = ?, ${set.join(', ')} WHERE id = ? AND version = ?`;
}

/** Sets all but the steady columns, if those are as they are to be. Binds the same as `setAll`. */
export function setOthers({ name, columns, steady }: Columns, nulls: Nulls): string {
  const set = columns.map((column, at) => `${column} = ${isNull(nulls, at) ? 'NULL' : '?'}`);
  const same = steady.map((column, at) =>
    isNull(nulls, columns.length + at) ? `${column} IS NULL AND ` : `${column} = ? AND `,
  );
  return `UPDATE ${name} SET version = ?, ${set.join(', ')} WHERE ${same.join('')}id = ? AND version = ?`;
}

/** `setOthers` for many rows at once. Binds of each the id, the new version, and the values that are not null. */
export function setOthersOfMany({ name, columns, steady }: Columns, nulls: Nulls, rows: number): string {
  const given = ['id', 'version', ...[...columns, ...steady].filter((_, at) => !isNull(nulls, at))];
  const row = `(${given.map(() => '?').join(', ')})`;
  const set = columns.map((column, at) => `${column} = ${isNull(nulls, at) ? 'NULL' : `new.${column}`}`);
  const same = steady.map((column, at) =>
    isNull(nulls, columns.length + at) ? ` AND old.${column} IS NULL` : ` AND old.${column} = new.${column}`,
  );
  return `WITH new (${given.join(', ')}) AS (VALUES ${Array(rows).fill(row).join(', ')})
    UPDATE ${name} AS old SET version = new.version, ${set.join(', ')} FROM new
    WHERE old.id = new.id AND old.version = new.version - 1${same.join('')}`;
}

function isNull(nulls: Nulls, at: number): boolean {
  return (nulls & (1 << at)) !== 0;
}
