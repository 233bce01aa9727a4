import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A process as the system lists it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** `R` running, `S` sleeping, `T` stopped, `Z` ended and not yet reaped, ... */
  readonly state: string;
  /**
   * When it was born, in the system's own words: with the pid it names one process for good, for pids are used
   * again.
   */
  readonly birth: string;
}

const hasProc = existsSync('/proc/self/stat');

/** The process, or undefined when there is none. */
export function findProcess(pid: number): ProcessEntry | undefined {
  try {
    return hasProc ? readStat(pid) : ask(['-p', String(pid)])[0];
  } catch {
    // It ended between the question and the answer, or never was: the same to whoever asks.
    return undefined;
  }
}

/** Is it there and not merely waiting to be reaped? */
export function isRunning(pid: number): boolean {
  const entry = findProcess(pid);
  return entry !== undefined && entry.state !== 'Z';
}

/** Is this very process still there, and not another with its pid? */
export function isAlive({ pid, birth }: ProcessEntry): boolean {
  const entry = findProcess(pid);
  return entry !== undefined && entry.birth === birth && entry.state !== 'Z';
}

/** Children, their children and so on, parents first. */
export function descendantsOf(pid: number): ProcessEntry[] {
  const all = listProcesses();
  const found: ProcessEntry[] = [];
  for (let parents = [pid]; parents.length > 0; ) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map((child) => child.pid);
  }
  return found;
}

function listProcesses(): ProcessEntry[] {
  if (!hasProc) return ask(['-ax']);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => findProcess(Number(name)))
    .filter((entry) => entry !== undefined);
}

function readStat(pid: number): ProcessEntry {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, state: fields[0] as string, parent: Number(fields[1]), birth: fields[19] as string };
}

function ask(which: readonly string[]): ProcessEntry[] {
  const text = execFileSync('ps', ['-o', 'pid=,ppid=,state=,lstart=', ...which], { encoding: 'utf8' });
  return text
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S)\S*\s+(.+?)\s*$/.exec(line))
    .filter((match) => match !== null)
    .map(([, pid, parent, state, birth]) => ({
      pid: Number(pid),
      parent: Number(parent),
      state: state as string,
      birth: birth as string,
    }));
}
