import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { drawFlame } from '../../reports/plots/flame.ts';
import { type ClinicTool, clinicTools } from './clinic.ts';
import { sampledStacks } from './sampled-stacks.ts';

/** What looks into the process of a cell from the inside, without anything installed. */
const insideNames = ['cpu', 'heap'] as const;
export type InsideName = (typeof insideNames)[number];
export type ProfilerName = InsideName | `clinic:${ClinicTool}`;

/** What `--profile-with` can be. */
export const profilerNames: readonly ProfilerName[] = [
  ...insideNames,
  ...clinicTools.map((tool): ProfilerName => `clinic:${tool}`),
];

export function isInside(name: ProfilerName | undefined): name is InsideName {
  return insideNames.some((inside) => inside === name);
}

/** Files of a finished profile, relative to the folder that was given. */
export type StopProfiler = () => Promise<readonly string[]>;

/** Of the CPU a look each so many microseconds: its own cost stays below what is looked for. */
const lookEveryUs = 500;
/** Of the heap about one allocation in so many bytes. */
const sampleBytes = 16 * 1024;

/**
 * Looks at this process from now on. What it finds is written to `folder` when it is stopped: as Chrome's developer tools and
 * speedscope read it, and as a flame graph to look at.
 */
export async function startProfiler(name: InsideName, folder: string): Promise<StopProfiler> {
  const session = new Session();
  session.connect();
  await (name === 'cpu' ? startCpu(session) : startHeap(session));
  return async () => {
    const found = name === 'cpu' ? await stopCpu(session) : await stopHeap(session);
    session.disconnect();
    const files = [`${name}.${name}profile`, `${name}-flame.svg`] as const;
    await writeFile(join(folder, files[0]), JSON.stringify(found.profile));
    await writeFile(join(folder, files[1]), drawFlame(found.title, found.unit, found.stacks));
    return files;
  };
}

async function startCpu(session: Session): Promise<void> {
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: lookEveryUs });
  await session.post('Profiler.start');
}

async function stopCpu(session: Session) {
  const { profile } = await session.post('Profiler.stop');
  return { profile, title: 'Where the CPU was', unit: 'ms', stacks: sampledStacks.cpu(profile) };
}

async function startHeap(session: Session): Promise<void> {
  await session.post('HeapProfiler.enable');
  await session.post('HeapProfiler.startSampling', { samplingInterval: sampleBytes });
}

async function stopHeap(session: Session) {
  const { profile } = await session.post('HeapProfiler.stopSampling');
  return { profile, title: 'Who holds memory at the end', unit: 'kB', stacks: sampledStacks.heap(profile) };
}
