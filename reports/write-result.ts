import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { IndexCell, ResultIndex, RunRecord } from './record.ts';
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

/**
 * Where the record of a cell goes, relative to the results folder; its other files go beside it. Cells of one scenario
 * that differ in parameters lie in folders of their own.
 */
export function recordPathOf({
  scenario,
  parameters = {},
  stack,
  iteration,
}: Pick<IndexCell, 'scenario' | 'parameters' | 'stack' | 'iteration'>): string {
  const values = Object.keys(parameters).length > 0 ? [parametersName(parameters)] : [];
  const names = [fileName(scenario), ...values, fileName(stack), iteration];
  return `cells/${names.join('/')}/record.json`;
}

/** `agents-10_events-100`: readable where values are words or numbers; else a digest keeps different ones apart. */
function parametersName(parameters: NonNullable<IndexCell['parameters']>): string {
  const entries = Object.entries(parameters);
  const plain = entries.every((entry) => entry.every((part) => /^[A-Za-z0-9.]+$/.test(String(part))));
  const name = entries.map(([field, value]) => `${field}-${value}`).join('_');
  return plain ? fileName(name) : `${short(name)}~${digestOf(JSON.stringify(parameters))}`;
}

/** Two names never share a file name, and none leaves the folder, is hidden, or is too long for a file system. */
function fileName(name: string): string {
  if (/^[A-Za-z0-9_+][A-Za-z0-9._+-]{0,79}$/.test(name)) return name;
  return `${short(name)}~${digestOf(name)}`;
}

function short(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9._+-]/g, '_')
    .slice(-60)
    .replace(/^[.-]/, '_');
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
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
