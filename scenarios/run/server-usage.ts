import { readdirSync, readFileSync } from 'node:fs';

/** What a server's processes have used since each of them started; null fields cannot be read here. */
export interface ServerUsage {
  readonly cpuS: number;
  readonly rssBytes: number;
  /** Bytes that went to the disk, as the kernel counts them; null where that may not be read. */
  readonly writtenBytes: number | null;
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
  for (const member of familyOf(pid, table)) {
    const stat = table.get(member) as Stat;
    ticks += stat.ticks;
    pages += stat.pages;
    const bytes = readWritten(proc, member);
    written = written === null || bytes === null ? null : written + bytes;
  }
  return { cpuS: ticks / ticksPerS, rssBytes: pages * pageBytes, writtenBytes: written };
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
