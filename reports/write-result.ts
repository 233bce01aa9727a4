import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultIndex, RunRecord } from './record.ts';
import { RecordError } from './record-error.ts';
import { writeWhole } from './whole-file.ts';

const maxFolders = 1000;

/**
 * Makes a new folder for the results of one run, `2026-11-24T09-12-07-stress`, in `parent` (made when absent); a
 * second run in the same second gets `-2`. `startedAt` is ISO 8601. Resolves to its path.
 */
export async function createResultFolder(parent: string, startedAt: string, label: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  const name = `${startedAt.slice(0, 19).replaceAll(':', '-')}-${fileName(label)}`;
  for (let attempt = 1; attempt <= maxFolders; attempt++) {
    const path = join(parent, attempt === 1 ? name : `${name}-${attempt}`);
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw new RecordError(join(parent, name), '', `exists already, and so do ${maxFolders - 1} others like it`);
}

/** Where the record of a cell goes, relative to the results folder; its other files go beside it. */
export function recordPathOf({
  scenario,
  stack,
  iteration,
}: Pick<RunRecord, 'scenario' | 'stack' | 'iteration'>): string {
  return `cells/${fileName(scenario)}/${fileName(stack)}/${iteration}/record.json`;
}

/** Two names never share a file name, and none leaves the folder, is hidden, or is too long for a file system. */
function fileName(name: string): string {
  const safe = name.replaceAll(/[^A-Za-z0-9._+-]/g, '_');
  if (safe === name && /^[^.-].{0,79}$/.test(name)) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${safe.slice(-60).replace(/^[.-]/, '_')}~${digest}`;
}

/** Writes a record to its place in the folder. Resolves to that place, relative to the folder. */
export async function writeRecord(folder: string, record: RunRecord): Promise<string> {
  const path = recordPathOf(record);
  await writeWhole(join(folder, path), serialise(record, path));
  return path;
}

/** Writes `index.json`. Last of all: a folder that has one is complete. */
export async function writeIndex(folder: string, index: ResultIndex): Promise<void> {
  await writeWhole(join(folder, 'index.json'), serialise(index, 'index.json'));
}

/**
 * JSON with a line for every field, so that a person can look at it. Refuses what JSON would silently turn into null:
 * a number that is not finite was not measured, and has to be absent instead.
 */
function serialise(document: object, path: string): string {
  const present = Object.entries(document).filter(([, value]) => value !== undefined);
  const lines = present.map(([field, value]) => {
    const text = JSON.stringify(value, (key, inner: unknown) => {
      if (typeof inner !== 'number' || Number.isFinite(inner)) return inner;
      throw new RecordError(path, key === '' ? field : `${field}, ${key}`, `${inner} cannot be recorded`);
    });
    return `${JSON.stringify(field)}: ${text}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}
