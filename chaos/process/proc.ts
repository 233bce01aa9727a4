import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Whether the kernel can be asked of processes here, as it can on Linux. */
export const canAskKernel = existsSync('/proc/self/stat');

/** What the kernel says of a process; null when there is none. */
export function readProcess(
  pid: number,
): { readonly state: string; readonly parent: number; readonly birth: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in parentheses, may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] as string, parent: Number(fields[1]), birth: fields[19] as string };
  } catch {
    // It has ended.
    return null;
  }
}

/** A process and everything that it has started and that is still there. */
export function familyOf(pid: number): readonly number[] {
  if (!canAskKernel) return [pid];
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), readProcess(Number(name))?.parent]),
  );
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

/** Whether a process is there and neither ended nor stopped. */
export function runs(pid: number): boolean {
  const found = readProcess(pid);
  return found !== null && !['Z', 'X', 'T', 't'].includes(found.state);
}
