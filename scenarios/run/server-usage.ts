import { readdirSync, readFileSync } from 'node:fs';

/** What a server's processes have used since each of them started; null fields cannot be read here. */
export interface ServerUsage {
  readonly cpuS: number;
  readonly rssBytes: number;
  /** Bytes that went to the disk, as the kernel counts them; null where that may not be read. */
  readonly writtenBytes: number | null;
  /** Its processes that live. */
  readonly pids: readonly number[];
}

/** Ticks of /proc, a second: fixed in the kernel's interface to programs. */
const ticksPerS = 100;
const pageBytes = 4096;

interface Stat {
  readonly parent: number;
  readonly ticks: number;
  readonly pages: number;
}

/**
 * CPU, memory and written bytes of a server: of its process, its descendants, and those of them that have ended (whom
 * their parent has waited for). From /proc; null on a system that has none, or when the process is gone.
 */
export function readServerUsage(pid: number, proc = '/proc'): ServerUsage | null {
  const table = readTable(proc);
  if (!table.has(pid)) return null;
  let [ticks, pages, written]: [number, number, number | null] = [0, 0, 0];
  const pids = familyOf(pid, table);
  for (const member of pids) {
    const stat = table.get(member) as Stat;
    ticks += stat.ticks;
    pages += stat.pages;
    const bytes = readWritten(proc, member);
    written = written === null || bytes === null ? null : written + bytes;
  }
  return { cpuS: ticks / ticksPerS, rssBytes: pages * pageBytes, writtenBytes: written, pids };
}

function readTable(proc: string): ReadonlyMap<number, Stat> {
  const table = new Map<number, Stat>();
  let names: string[];
  try {
    names = readdirSync(proc);
  } catch {
    // Not Linux: nothing is known of any process.
    return table;
  }
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(`${proc}/${name}/stat`);
    if (stat !== null) table.set(Number(name), stat);
  }
  return table;
}

/** Fields after the command, which may hold spaces and brackets: parent, user, system and waited-for ticks, resident pages. */
function readStat(file: string): Stat | null {
  try {
    const text = readFileSync(file, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const number = (index: number): number => Number(fields[index]);
    return { parent: number(1), ticks: number(11) + number(12) + number(13) + number(14), pages: number(21) };
  } catch {
    // It ended between the listing and the reading.
    return null;
  }
}

function readWritten(proc: string, pid: number): number | null {
  try {
    const line = /^write_bytes: (\d+)$/m.exec(readFileSync(`${proc}/${pid}/io`, 'latin1'));
    return line === null ? null : Number(line[1]);
  } catch {
    // Another user's process, and we are not root.
    return null;
  }
}

function familyOf(pid: number, table: ReadonlyMap<number, Stat>): readonly number[] {
  const family = [pid];
  for (const member of family) {
    for (const [child, { parent }] of table) if (parent === member) family.push(child);
  }
  return family;
}

/** What the servers of a stack used between two moments. */
export interface ServersUsed {
  readonly cpuS: number;
  readonly rssMaxBytes: number;
  /** Null where it may not be read. */
  readonly writtenBytes: number | null;
}

type Reading = ServersUsed & Pick<ServerUsage, 'pids'>;

/** Looking at every process of the machine costs the generator a millisecond or so: rarely enough not to be felt. */
const lookEveryMs = 1000;

/** Measures the servers of a stack while the load plays. */
export class ServerMeter {
  readonly #servers: readonly { readonly pid: number }[];
  readonly #pids: readonly number[];
  readonly #before: Reading | null;
  #rssMaxBytes: number;
  #lookedAtMs: number;

  constructor(servers: readonly { readonly pid: number }[], nowMs: number) {
    this.#servers = servers;
    this.#pids = servers.map(({ pid }) => pid);
    this.#before = this.#read();
    this.#rssMaxBytes = this.#before?.rssMaxBytes ?? 0;
    this.#lookedAtMs = nowMs;
  }

  /** To be called often; looks once a second. */
  beat(nowMs: number): void {
    if (this.#servers.length === 0 || nowMs - this.#lookedAtMs < lookEveryMs) return;
    this.#lookedAtMs = nowMs;
    this.#rssMaxBytes = Math.max(this.#rssMaxBytes, this.#read()?.rssMaxBytes ?? 0);
  }

  /** What was used since the start; null where there is no server of our own, or nothing can be read of one. */
  end(): ServersUsed | null {
    const [before, after] = [this.#before, this.#read()];
    // A server that was killed and started again has counters of its own: what it used before is not known.
    const isAnother = this.#servers.some(({ pid }, index) => pid !== this.#pids[index]);
    if (before === null || after === null || isAnother) return null;
    // What a process had written is gone with it: nobody adds that to its parent's, as is done with CPU time.
    const isWhole = before.pids.every((pid) => after.pids.includes(pid));
    return {
      cpuS: after.cpuS - before.cpuS,
      rssMaxBytes: Math.max(this.#rssMaxBytes, after.rssMaxBytes),
      writtenBytes:
        before.writtenBytes === null || after.writtenBytes === null || !isWhole
          ? null
          : after.writtenBytes - before.writtenBytes,
    };
  }

  #read(): Reading | null {
    const usages = this.#servers.map(({ pid }) => readServerUsage(pid));
    if (usages.length === 0 || usages.includes(null)) return null;
    let [cpuS, rssMaxBytes, writtenBytes]: [number, number, number | null] = [0, 0, 0];
    for (const usage of usages as ServerUsage[]) {
      cpuS += usage.cpuS;
      rssMaxBytes += usage.rssBytes;
      writtenBytes =
        writtenBytes === null || usage.writtenBytes === null ? null : writtenBytes + usage.writtenBytes;
    }
    return { cpuS, rssMaxBytes, writtenBytes, pids: (usages as ServerUsage[]).flatMap(({ pids }) => pids) };
  }
}
