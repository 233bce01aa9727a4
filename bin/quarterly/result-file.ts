import { statSync } from 'node:fs';
import { TestbedError } from '../../core/error.ts';
import { readResult } from '../../reports/read-result.ts';
import type { RunRecord } from '../../reports/record.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { writeWhole } from '../../reports/whole-file.ts';
import { isMapping, parsedFile, resultIn } from '../history/exchange.ts';
import { packed } from '../history/packed.ts';
import { version } from '../version.ts';

/** A result as far as a quarterly report needs it: series and histograms are most of a record, and no table is made of them. */
export function inBrief(result: ResultSet): ResultSet {
  return {
    ...result,
    records: result.records.map(
      (record) =>
        record && {
          ...record,
          environment: withoutPlaces(record.environment),
          series: {},
          histograms: {},
        },
    ),
  };
}

/** Where a server of a run kept its data is gone with the run, and of the machine that it ran on. */
function withoutPlaces(environment: RunRecord['environment']): RunRecord['environment'] {
  const parts = Object.entries(environment).map(([name, value]) => {
    if (!isMapping(value)) return [name, value] as const;
    const { serverDirectory: _, ...facts } = value;
    return [name, facts] as const;
  });
  return Object.fromEntries(parts) as RunRecord['environment'];
}

/** Results in one file, packed, that `readResults` takes. */
export async function writeResults(file: string, results: readonly ResultSet[]): Promise<void> {
  const entries = results.map(({ directory, index, records }) =>
    JSON.stringify({ directory, index, records }),
  );
  const head = `{"kind":"results","schemaVersion":1,"testbed":${JSON.stringify(version())}`;
  await writeWhole(file, packed(`${head},"entries":[\n${entries.join(',\n')}\n]}\n`));
}

/** A results folder, or all results of a file. INVALID_CONFIG or a RecordError for anything else. */
export async function readResults(path: string): Promise<readonly ResultSet[]> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== false) return [await readResult(path)];
  const document = parsedFile(path);
  const kinds = ['results', 'baselines'];
  if (
    !isMapping(document) ||
    !kinds.includes(String(document['kind'])) ||
    !Array.isArray(document['entries'])
  )
    throw wrong(`${path}: holds no results of testbed report quarterly --into or baseline export`);
  if (document['schemaVersion'] !== 1)
    throw wrong(
      `${path}: has schemaVersion ${JSON.stringify(document['schemaVersion'])}; this testbed reads 1`,
    );
  const results: ResultSet[] = [];
  for (const [at, entry] of document['entries'].entries()) {
    const where = `${path}: entries[${at}]`;
    if (!isMapping(entry) || typeof entry['directory'] !== 'string' || !Array.isArray(entry['records']))
      throw wrong(`${where}: directory or records are missing`);
    results.push(await resultIn(entry['index'], entry['records'], entry['directory'], where));
  }
  if (results.length === 0) throw wrong(`${path}: holds no result`);
  return results;
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
