import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { contradictionIn } from './contradictions/table.ts';
import { doubtsOf } from './doubts.ts';
import type { IndexCell, ResultIndex, RunRecord } from './record.ts';
import { RecordError } from './record-error.ts';
import type { ResultSet } from './result-set.ts';
import { errorAt, parseDocument } from './validate.ts';

/** Four bytes a character at the most, so that a file that passes is one that `parseDocument` may still refuse. */
const maxBytes = 256 * 1024 * 1024;

/** The run record in `text`, or a RecordError that says where and why it is none, or what in it contradicts what. */
export async function parseRecord(text: string, path: string): Promise<RunRecord> {
  const record = (await parseDocument('record', text, path)) as RunRecord;
  const found = contradictionIn(record);
  if (found !== null) throw errorAt(path, text, found.steps, found.message);
  return record;
}

/** The index in `text`, or a RecordError. */
export async function parseIndex(text: string, path: string): Promise<ResultIndex> {
  return (await parseDocument('index', text, path)) as ResultIndex;
}

/**
 * A whole results folder. Rejects with a RecordError when any part is missing, truncated or not valid; a folder that
 * is valid and contradicts itself is returned with its `doubts`.
 */
export async function readResult(directory: string): Promise<ResultSet> {
  const indexPath = join(directory, 'index.json');
  const missing =
    'not there: this is no results folder, or of a run that was killed before its end (--resume goes on with it)';
  const index = await parseIndex(await readText(indexPath, missing), indexPath);
  const records: (RunRecord | null)[] = [];
  for (const cell of index.cells) records.push(await readRecord(directory, cell));
  return { directory, index, records, doubts: doubtsOf(index, records) };
}

async function readRecord(
  directory: string,
  { record, scenario, stack }: IndexCell,
): Promise<RunRecord | null> {
  if (record === null) return null;
  const path = join(directory, record);
  const text = await readText(path, `not there, though index.json lists it for ${scenario} on ${stack}`);
  return parseRecord(text, path);
}

async function readText(path: string, missing: string): Promise<string> {
  try {
    const found = await stat(path);
    const { size } = found;
    if (!found.isFile()) throw new RecordError(path, '', 'is no file');
    if (size > maxBytes) throw new RecordError(path, '', `too large: ${size} bytes`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof RecordError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const absent = code === 'ENOENT' || code === 'ENOTDIR';
    throw new RecordError(path, '', absent ? missing : `cannot be read: ${message}`, { cause });
  }
}
