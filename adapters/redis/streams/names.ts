/** The keys of one channel. Names come from callers and may hold anything, so they are escaped. */
export interface ChannelNames {
  readonly channel: string;
  readonly stream: string;
  /** String: the id of the newest entry, also when the stream is empty. */
  readonly newest: string;
  /** List: ids at which the stream may be cut. */
  readonly marks: string;
  /** Sorted set of plain subscriptions by the end of their lease, and a hash of what each has read. */
  readonly readers: string;
  readonly read: string;
  /** Set of the names of the groups, as they are in keys. */
  readonly groups: string;
  /** A group's keys are this, the group's name, a colon, and what they hold. */
  readonly groupPrefix: string;
}

export interface GroupNames {
  readonly group: string;
  /** String: up to here every message was given to a member, or parked. */
  readonly position: string;
  /** Sorted set of members by the end of their lease. */
  readonly members: string;
  /** Hash: member -> what it was given and has not acknowledged. */
  readonly claims: string;
  /** Hash: slot -> the position after which its messages wait. */
  readonly parked: string;
  /** String: how many messages were cut while they were claimed; not said yet. */
  readonly lost: string;
}

/** Everything of a bus is under this. */
export function busPrefix(namespace: string): string {
  return `${namespace}:bus:`;
}

export function channelNames(namespace: string, channel: string): ChannelNames {
  const prefix = `${busPrefix(namespace)}${encodeURIComponent(channel)}:`;
  return {
    channel,
    stream: `${prefix}stream`,
    newest: `${prefix}newest`,
    marks: `${prefix}marks`,
    readers: `${prefix}readers`,
    read: `${prefix}read`,
    groups: `${prefix}groups`,
    groupPrefix: `${prefix}group:`,
  };
}

export function groupNames({ groupPrefix }: ChannelNames, name: string): GroupNames {
  const group = encodeURIComponent(name);
  const prefix = `${groupPrefix}${group}:`;
  return {
    group,
    position: `${prefix}position`,
    members: `${prefix}members`,
    claims: `${prefix}claims`,
    parked: `${prefix}parked`,
    lost: `${prefix}lost`,
  };
}
