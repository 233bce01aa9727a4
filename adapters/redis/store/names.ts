/** Everything of a storage is under this. */
export function storePrefix(namespace: string): string {
  return `${namespace}:store:`;
}

/** The keys of one kind of records. */
export interface RecordNames {
  /** Hash: id -> the record, as JSON. */
  readonly rows: string;
  /** Hash: id -> its place in listings, its version, and what it is found by. */
  readonly heads: string;
  /** Sorted set: ids by place in listings. */
  readonly all: string;
  /** String: the last place given. */
  readonly last: string;
  /** What a sorted set of the ids that have one value in one field begins with. */
  readonly index: string;
  /** String: the place of the last change. Absent: nobody has asked for changes yet, and none are noted. */
  readonly changes: string;
  /** Sorted sets: ids by the place of their last change, those of removed ones apart. */
  readonly changed: string;
  readonly removed: string;
  /** String: removals up to this place may have been forgotten. */
  readonly forgotten: string;
}

export function recordNames(namespace: string, kind: string): RecordNames {
  const prefix = `${storePrefix(namespace)}${kind}:`;
  return {
    rows: `${prefix}rows`,
    heads: `${prefix}heads`,
    all: `${prefix}all`,
    last: `${prefix}last`,
    index: `${prefix}by:`,
    changes: `${prefix}changes`,
    changed: `${prefix}changed`,
    removed: `${prefix}removed`,
    forgotten: `${prefix}forgotten`,
  };
}

export function indexName({ index }: RecordNames, field: string, value: string): string {
  return `${index}${field}:${value.toWellFormed()}`;
}

/** The keys of the events. */
export interface EventNames {
  /** Stream of packs. The id of an entry is how many events were ever stored up to and with it. */
  readonly stream: string;
  /** Hash: `last`, how many were ever stored, and `pruned`, how many of those are gone. */
  readonly state: string;
  /** What a sorted set of the entries that hold events of one key begins with. */
  readonly key: string;
}

export function eventNames(namespace: string): EventNames {
  const prefix = `${storePrefix(namespace)}events:`;
  return { stream: `${prefix}stream`, state: `${prefix}state`, key: `${prefix}key:` };
}

/** The keys of the lives of nodes. */
export interface NodeNames {
  /** String: the last token given. */
  readonly last: string;
  /** Hash: token -> who it is, as JSON. */
  readonly lives: string;
  /** Hash: token -> its beat and its load. */
  readonly beats: string;
  /** Set: the tokens whose leases hold. */
  readonly standing: string;
}

export function nodeNames(namespace: string): NodeNames {
  const prefix = `${storePrefix(namespace)}nodes:`;
  return {
    last: `${prefix}last`,
    lives: `${prefix}lives`,
    beats: `${prefix}beats`,
    standing: `${prefix}standing`,
  };
}
