import { readFileSync, statSync } from 'node:fs';
import { messageOf, TestbedError } from '../../core/error.ts';
import { doubtsOf } from '../../reports/doubts.ts';
import { parseIndex, parseRecord } from '../../reports/read-result.ts';
import type { RunRecord } from '../../reports/record.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { writeWhole } from '../../reports/whole-file.ts';
import { version } from '../version.ts';
import { type Baseline, baselineOf } from './baseline.ts';
import { unpacked } from './packed.ts';

/** A longer one could not be held as a string. */
const maxBytes = 400 * 1024 * 1024;

/** Writes baselines as JSON that `readExchange` takes, on this machine or another. */
export async function writeExchange(file: string, baselines: readonly Baseline[]): Promise<void> {
  const entries = baselines.map(({ name, savedAt, branch, result: { directory, index, records } }) =>
    JSON.stringify({ name, savedAt, branch, directory, index, records }),
  );
  const head = `{"kind":"baselines","schemaVersion":1,"testbed":${JSON.stringify(version())}`;
  await writeWhole(file, `${head},"entries":[\n${entries.join(',\n')}\n]}\n`);
}

/** The baselines of a file, held to all that a results folder is held to. INVALID_CONFIG or a RecordError for any other. */
export async function readExchange(file: string): Promise<readonly Baseline[]> {
  const document = parsedFile(file);
  if (!isMapping(document) || document['kind'] !== 'baselines' || !Array.isArray(document['entries'])) {
    throw wrong(`${file}: is nothing that baseline export has written`);
  }
  if (document['schemaVersion'] !== 1) {
    throw wrong(
      `${file}: has schemaVersion ${JSON.stringify(document['schemaVersion'])}; this testbed reads 1`,
    );
  }
  const baselines: Baseline[] = [];
  for (const [at, entry] of document['entries'].entries()) {
    baselines.push(await baselineIn(entry, `${file}: entries[${at}]`));
  }
  if (baselines.length === 0) throw wrong(`${file}: holds no baseline`);
  return baselines;
}

async function baselineIn(entry: unknown, where: string): Promise<Baseline> {
  if (!isMapping(entry)) throw wrong(`${where} is no baseline`);
  const { name, savedAt, branch = null, directory, records } = entry;
  const isText = (value: unknown): value is string => typeof value === 'string';
  if (!isText(name) || !isText(savedAt) || !isText(directory) || !(isText(branch) || branch === null)) {
    throw wrong(`${where}: name, savedAt, branch or directory is not what it should be`);
  }
  if (!Array.isArray(records)) throw wrong(`${where}: has no records`);
  return baselineOf(await resultIn(entry['index'], records, directory, where), { name, savedAt, branch });
}

/** A result of a file, held to all that a results folder is held to. INVALID_CONFIG or a RecordError for any other. */
export async function resultIn(
  given: unknown,
  documents: readonly unknown[],
  directory: string,
  where: string,
): Promise<ResultSet> {
  const index = await parseIndex(JSON.stringify(given ?? null), `${where}.index`);
  const records: (RunRecord | null)[] = [];
  for (const [at, cell] of index.cells.entries()) {
    const path = `${where}.records[${at}]`;
    const document = documents[at] ?? null;
    if ((document === null) !== (cell.record === null)) throw wrong(`${path}: the index says otherwise`);
    records.push(document === null ? null : await parseRecord(JSON.stringify(document), path));
  }
  return { directory, index, records, doubts: doubtsOf(index, records) };
}

/** The JSON of a file; of one whose name ends in `.gz`, of what is packed in it. INVALID_CONFIG where there is none. */
export function parsedFile(file: string): unknown {
  try {
    const { size } = statSync(file);
    if (size > maxBytes) throw wrong(`${file}: too large: ${size} bytes`);
    return JSON.parse(file.endsWith('.gz') ? unpacked(readFileSync(file)) : readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw wrong(`${file}: is no JSON: ${messageOf(error)}`);
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code.startsWith('Z_')) throw wrong(`${file}: is not packed by gzip, or damaged: ${messageOf(error)}`);
    throw code === 'ENOENT' || code === 'EISDIR' ? wrong(`${file}: is no file`) : error;
  }
}

export function isMapping(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
