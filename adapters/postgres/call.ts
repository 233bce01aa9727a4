import type { Connection, Submittable } from 'pg';

/** A statement, prepared once on each connection under its name. One statement is one transaction. */
export interface Statement {
  /** Unique among the statements of a pool. */
  readonly name: string;
  readonly text: string;
  /** Whether it matters that it may have happened without our hearing of it. */
  readonly writes: boolean;
}

/** A Buffer is a value in binary format. */
export type Value = string | Buffer | null;
/** A result row in text format, columns in the order selected. */
export type Row = readonly (string | null)[];

export interface Answer {
  readonly rows: readonly Row[];
  /** Rows that an INSERT, UPDATE or DELETE changed. */
  readonly count: number;
}

/** What `pg` keeps of a connection's prepared statements, and does not declare. */
type Prepared = Connection & {
  readonly parsedStatements: { [name: string]: string };
  readonly submittedNamedStatements: { [name: string]: string };
};

/**
 * One run of a prepared statement, as `pg` lets us submit it. Its own query object asks for a description of the rows each
 * time, makes an event emitter and an object for every row, and does not say whether the server had completed the statement
 * before an error came: the difference between "did not happen" and "unknown".
 */
export class Call implements Submittable, Answer {
  readonly name: string;
  readonly text: string;
  readonly writes: boolean;
  readonly rows: Row[] = [];
  readonly #values: Value[];
  readonly #settle: (error: unknown) => void;
  #tag: string | null = null;

  /** `settle` is called once, with null when the server has confirmed the end of the transaction. */
  constructor({ name, text, writes }: Statement, values: readonly Value[], settle: (error: unknown) => void) {
    this.name = name;
    this.text = text;
    this.writes = writes;
    this.#values = values as Value[];
    this.#settle = settle;
  }

  /** The statement had run to its end; what was left was its commit. */
  get completed(): boolean {
    return this.#tag !== null;
  }

  get count(): number {
    return Number(/\d+$/.exec(this.#tag ?? '')?.[0] ?? 0);
  }

  submit(connection: Connection): null {
    const { stream, parsedStatements, submittedNamedStatements } = connection as Prepared;
    // One packet instead of four.
    stream.cork();
    if (parsedStatements[this.name] === undefined) {
      connection.parse({ name: this.name, text: this.text, types: [] }, true);
      submittedNamedStatements[this.name] = this.text;
    }
    connection.bind({ statement: this.name, values: this.#values }, true);
    connection.execute(null, true);
    connection.sync();
    stream.uncork();
    return null;
  }

  handleDataRow({ fields }: { readonly fields: Row }): void {
    this.rows.push(fields);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text;
  }

  handleReadyForQuery(): void {
    this.#settle(null);
  }

  handleError(error: unknown): void {
    this.#settle(error);
  }

  handleRowDescription(): void {}

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}
}
