/** The keys of one channel. Names come from callers and may hold anything, so they are escaped. */
export interface ChannelNames {
  readonly channel: string;
  readonly partitions: number;
  /** Hash: partition -> id of its newest entry. */
  readonly log: string;
  /** One stream per partition. */
  readonly streams: readonly string[];
  /** One list per partition: ids at which it may be cut. */
  readonly marks: readonly string[];
  /** Sorted set of plain subscriptions by the end of their lease, and a hash of what each has read. */
  readonly readers: string;
  readonly read: string;
  /** A group's keys are this, the group, a colon, and what they hold. */
  readonly groupPrefix: string;
}

export interface GroupNames {
  readonly group: string;
  /** Sorted set of members by the end of their lease. */
  readonly members: string;
  /** Hash: partition -> the member that reads it. */
  readonly owners: string;
}

/** Everything of a bus is under this. */
export function busPrefix(namespace: string): string {
  return `${namespace}:bus:`;
}

export function channelNames(namespace: string, channel: string, partitions: number): ChannelNames {
  const prefix = `${busPrefix(namespace)}${encodeURIComponent(channel)}:`;
  const each = (what: string): string[] =>
    Array.from({ length: partitions }, (_, partition) => `${prefix}${what}:${partition}`);
  return {
    channel,
    partitions,
    log: `${prefix}log`,
    streams: each('stream'),
    marks: each('marks'),
    readers: `${prefix}readers`,
    read: `${prefix}read`,
    groupPrefix: `${prefix}group:`,
  };
}

export function groupNames({ groupPrefix }: ChannelNames, name: string): GroupNames {
  const group = encodeURIComponent(name);
  return { group, members: `${groupPrefix}${group}:members`, owners: `${groupPrefix}${group}:owners` };
}

/** FNV-1a: which partition the messages of a key go to, the same in every process. */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % partitions;
}
