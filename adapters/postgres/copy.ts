import type { Connection } from 'pg';
import { Call } from './call.ts';

/** Rows that go into a table by COPY, in one transaction with what is done before. */
export interface CopyStatement {
  /** Runs first: takes a lock, for one. */
  readonly before: string;
  readonly table: string;
  /** Comma-separated, in the order in which rows have them. */
  readonly columns: string;
}

/** What `pg` can send and does not declare. */
type Copying = Connection & {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
};

/** Signature, no flags, no extension. */
const head = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const tail = Buffer.from([0xff, 0xff]);

/**
 * A COPY in Postgres' binary format. The server fills whole pages and logs each as one change, where an INSERT does so for
 * every row: about half the work. All is sent at once; a server that has refused the statement passes over the rows
 * that come after it.
 */
export class Copy extends Call {
  readonly #rows: readonly Buffer[];

  /** `rows` as `copyRows` makes them, any number of them in each. */
  constructor(
    { before, table, columns }: CopyStatement,
    rows: readonly Buffer[],
    settle: (error: unknown) => void,
  ) {
    const text = `${before}; copy ${table} (${columns}) from stdin (format binary)`;
    super({ name: '', text, writes: true }, [], settle);
    this.#rows = rows;
  }

  override submit(connection: Connection): null {
    const { stream } = connection;
    stream.cork();
    connection.query(this.text);
    for (const chunk of [head, ...this.#rows, tail]) (connection as Copying).sendCopyFromChunk(chunk);
    (connection as Copying).endCopyFrom();
    stream.uncork();
    return null;
  }

  /** That what goes before has ended says nothing of the rows. */
  override handleCommandComplete(message: { readonly text: string }): void {
    if (message.text.startsWith('COPY')) super.handleCommandComplete(message);
  }

  handleCopyInResponse(): void {}
}
