import { fork } from 'node:child_process';
import { join } from 'node:path';
import { judgeLeaks, type LeakReport } from '../../../reports/leaks/judge-leaks.ts';
import type { MemoryTrace } from '../../../reports/leaks/trace.ts';

/** What one fresh process held with every double, by its name; its twin's is `NAME, healthy`. */
export type Traces = { readonly [name: string]: MemoryTrace };

export const rule = { aboveBytes: 50, processes: 8 };
const legs = 4;

/** The traces of the eight processes of the search numbered `search` from 0, so many at a time. */
export async function playSearch(search: number, atOnce: number): Promise<readonly Traces[]> {
  const waiting = Array.from({ length: rule.processes }, (_, at) => search * rule.processes + at + 1);
  const traces: Traces[] = [];
  const worker = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift())
      traces.push(await playProcess(seed));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return traces;
}

function playProcess(seed: number): Promise<Traces> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'process.ts'), [`${seed}`], {
      execArgv: ['--expose-gc', '--no-warnings'],
    });
    child.on('message', (traces: Traces) => resolve(traces));
    child.on('error', reject);
    child.on('exit', (code) =>
      reject(new Error(`a process with planted leaks ended with exit code ${code}`)),
    );
  });
}

/** As a search judges: the first half of what each process did is the work, and all of it twice that. */
export function judgePlanted(
  played: readonly Traces[],
  name: string,
): { readonly first: LeakReport; readonly last: LeakReport } {
  const twice = played.map((each) => each[name] as MemoryTrace);
  const once = twice.map(({ points, ...rest }) => ({ ...rest, points: points.slice(0, legs + 1) }));
  return { first: judgeLeaks(once, null, rule), last: judgeLeaks(once, twice, rule) };
}
