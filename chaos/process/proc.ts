import { existsSync, readFileSync } from 'node:fs';

/** Whether the kernel can be asked of processes here, as it can on Linux. */
export const canAskKernel = existsSync('/proc/self/stat');

/** What the kernel says of a process; null when there is none. */
export function readProcess(pid: number): { readonly state: string; readonly birth: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in parentheses, may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] as string, birth: fields[19] as string };
  } catch {
    // It has ended.
    return null;
  }
}

/** Whether a process is there and neither ended nor stopped. */
export function runs(pid: number): boolean {
  const found = readProcess(pid);
  return found !== null && !['Z', 'X', 'T', 't'].includes(found.state);
}
